"""SPLADE: sparse vectors from a masked language model, as indices and values."""
import logging
from typing import Dict, List, Tuple

import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer

from shared.plugins.inference.serve import BaseInferenceService

logger = logging.getLogger(__name__)
Sparse = Tuple[List[int], List[float]]


class InferenceService(BaseInferenceService):
    checkpoint = "naver/splade-cocondenser-ensembledistil"

    def __init__(self, top: int = 256, **kwargs):
        super().__init__(**kwargs)
        self.top = top
        self.tokenizer = AutoTokenizer.from_pretrained(self.checkpoint)
        self.model = AutoModelForMaskedLM.from_pretrained(self.checkpoint).eval()
        self.words: Dict[int, str] = {i: w for w, i in self.tokenizer.vocab.items()}

    @torch.inference_mode()
    def encode(self, texts: List[str]) -> List[Sparse]:
        batch = self.tokenizer(texts, padding=True, truncation=True, max_length=256, return_tensors="pt")
        logits = self.model(**batch).logits
        weights = torch.log1p(torch.relu(logits)) * batch["attention_mask"].unsqueeze(-1)
        values, indices = weights.amax(dim=1).topk(self.top, dim=-1)
        out: List[Sparse] = []
        for v, i in zip(values, indices):
            keep = v > 0
            order = i[keep].argsort()
            out.append((i[keep][order].tolist(), [round(x, 5) for x in v[keep][order].tolist()]))
        return out

    def explain(self, sparse: Sparse, k: int = 10) -> Dict[str, float]:
        best = sorted(zip(*sparse), key=lambda pair: -pair[1])[:k]
        return {self.words[i]: w for i, w in best}

    async def __call__(self, inputs, parameters):
        (sparse,) = self.encode([inputs["text"]])
        answer = {"indices": sparse[0], "values": sparse[1]}
        if parameters.get("explain"):
            answer["words"] = self.explain(sparse, parameters.get("k", 10))
        logger.debug("%d of %d terms", len(sparse[0]), len(self.words))
        return answer
