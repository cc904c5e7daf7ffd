"""A sentence embedder: what it takes, what it answers, what it needs."""
from typing import Dict, List, Literal, Optional

from pydantic import BaseModel, Field


class Sentence(BaseModel):
    """What a call gives."""

    text: str = Field(..., description="The sentence to embed", min_length=1, max_length=8192)
    language: Optional[str] = Field(None, description="ISO 639-1; guessed if left out")


class Embedding(BaseModel):
    """What a call gets."""

    embedding: List[float] = Field(..., description="384 floats of length one")


class Options(BaseModel):
    """How to embed."""

    shape: Literal["vector", "label"] = "vector"
    normalise: bool = Field(True, description="Fold case and spaces first")
    weights: Dict[str, float] = Field(default_factory=dict, description="Weights of single words")


metadata = {
    "feature_extractor_name": "bench_embed",
    "version": "1.0.0",
    "description": "Embeds a sentence by looking its words up in a table of directions",
    "category": "text",
}

input_schema = Sentence
output_schema = Embedding
parameter_schema = Options

features = [
    {
        "feature_type": "embedding",
        "feature_name": "sentence_vector",
        "embedding_dim": 384,
        "distance_metric": "cosine",
    },
]

dependencies = []

compute_profile = {"resource_type": "cpu", "batch_size": 64, "max_concurrency": 4, "actor_memory_gb": 1.0}
