from typing import List, Optional

from pydantic import BaseModel, Field


class Input(BaseModel):
    text: str = Field(..., description="The text to embed", min_length=1)


class Output(BaseModel):
    embedding: List[float] = Field(..., description="A vector of length one")


class Parameters(BaseModel):
    lowercase: bool = Field(True, description="Fold the text to lower case first")
    language: Optional[str] = None


metadata = {
    "feature_extractor_name": "text_embed",
    "version": "1.0.0",
    "description": "Embeds a text by hashing its words into buckets",
    "category": "text",
}

input_schema = Input
output_schema = Output
parameter_schema = Parameters

features = [
    {
        "feature_type": "embedding",
        "feature_name": "text_vector",
        "embedding_dim": 16,
        "distance_metric": "cosine",
    },
]

compute_profile = {"resource_type": "cpu", "batch_size": 64, "max_concurrency": 2}
