"""sentence-transformers with Matryoshka dimensions: cut a vector and it stays useful."""
import threading
from functools import cached_property, wraps
from time import perf_counter
from typing import List, Optional, Union

import numpy as np
from sentence_transformers import CrossEncoder, SentenceTransformer, util

from shared.plugins.inference.serve import BaseInferenceService


def timed(fn):
    """Logs how long a method took, through the service's own logger."""

    @wraps(fn)
    def wrapper(self, *args, **kwargs):
        start = perf_counter()
        try:
            return fn(self, *args, **kwargs)
        finally:
            self.logger.info("%s took %.1f ms", fn.__name__, (perf_counter() - start) * 1e3)

    return wrapper


class InferenceService(BaseInferenceService):
    DIMENSIONS = (768, 512, 256, 128, 64)

    def __init__(self, model_name: str = "nomic-ai/nomic-embed-text-v1.5", **kwargs):
        super().__init__(**kwargs)
        self.model_name = model_name
        self._guard = threading.RLock()

    @cached_property
    def model(self) -> SentenceTransformer:
        with self._guard:
            model = SentenceTransformer(self.model_name, device="cpu")
            model.max_seq_length = 2048
            return model

    @cached_property
    def reranker(self) -> CrossEncoder:
        return CrossEncoder("cross-encoder/ms-marco-MiniLM-L-6-v2", max_length=512)

    @timed
    def encode(self, texts: Union[str, List[str]], dim: Optional[int] = None, task: str = "search_document") -> np.ndarray:
        single = isinstance(texts, str)
        vectors = self.model.encode(
            [f"{task}: {t}" for t in ([texts] if single else texts)],
            batch_size=16, convert_to_numpy=True, normalize_embeddings=False, show_progress_bar=False,
        )
        if dim is not None:
            if dim not in self.DIMENSIONS:
                raise ValueError(f"dim must be one of {self.DIMENSIONS}, not {dim}")
            vectors = vectors[:, :dim]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9)
        return vectors[0] if single else vectors

    @timed
    def rerank(self, query: str, passages: List[str], k: int = 10):
        scores = self.reranker.predict([(query, p) for p in passages])
        order = np.argsort(-scores)[:k]
        return [{"index": int(i), "score": float(scores[i])} for i in order]

    async def __call__(self, inputs, parameters):
        vector = self.encode(inputs["text"], dim=parameters.get("dim"))
        answer = {"embedding": vector.tolist()}
        if others := inputs.get("compare_with"):
            answer["similarity"] = util.cos_sim(vector, self.encode(others, dim=parameters.get("dim")))[0].tolist()
        return answer
