"""Sentence vectors from any encoder of transformers, with the pooling spelled out."""
from __future__ import annotations

import enum
import logging
import os
from typing import Any, Callable, Dict, List, Sequence

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch  # noqa: E402
from torch import Tensor, nn  # noqa: E402
from transformers import AutoModel, AutoTokenizer, PreTrainedTokenizerBase  # noqa: E402
from transformers.utils import logging as hf_logging  # noqa: E402

hf_logging.set_verbosity_error()
logger = logging.getLogger(__name__)


class Pooling(str, enum.Enum):
    MEAN = "mean"
    CLS = "cls"
    MAX = "max"
    LAST = "last"


def mean_pool(hidden: Tensor, mask: Tensor) -> Tensor:
    mask = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)


def last_pool(hidden: Tensor, mask: Tensor) -> Tensor:
    left_padded = bool((mask[:, -1].sum() == mask.shape[0]).item())
    if left_padded:
        return hidden[:, -1]
    lengths = mask.sum(dim=1) - 1
    return hidden[torch.arange(hidden.shape[0], device=hidden.device), lengths]


POOLERS: Dict[Pooling, Callable[[Tensor, Tensor], Tensor]] = {
    Pooling.MEAN: mean_pool,
    Pooling.CLS: lambda hidden, mask: hidden[:, 0],
    Pooling.MAX: lambda hidden, mask: hidden.masked_fill(~mask.bool().unsqueeze(-1), float("-inf")).amax(1),
    Pooling.LAST: last_pool,
}


class TextEncoder(nn.Module):
    tokenizer: PreTrainedTokenizerBase

    def __init__(self, name: str, pooling: Pooling | str = Pooling.MEAN, max_length: int = 512) -> None:
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(name, use_fast=True)
        self.backbone = AutoModel.from_pretrained(name, attn_implementation="sdpa")
        self.pooling = Pooling(pooling)
        self.max_length = min(max_length, self.tokenizer.model_max_length)

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    @torch.inference_mode()
    def encode(self, texts: Sequence[str], *, batch_size: int = 32, prefix: str = "") -> Tensor:
        self.eval()
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        out: List[Tensor | None] = [None] * len(texts)
        for start in range(0, len(order), batch_size):
            picks = order[start:start + batch_size]
            batch = self.tokenizer(
                [prefix + texts[i] for i in picks],
                padding=True, truncation=True, max_length=self.max_length, return_tensors="pt",
            ).to(self.device)
            hidden = self.backbone(**batch).last_hidden_state
            vectors = nn.functional.normalize(POOLERS[self.pooling](hidden, batch["attention_mask"]), p=2, dim=1)
            for i, v in zip(picks, vectors.cpu()):
                out[i] = v
        return torch.stack(out) if out else torch.empty(0, self.backbone.config.hidden_size)


class InferenceService:
    def __init__(self, model: str = "intfloat/e5-small-v2", **_: Any) -> None:
        self.encoder = TextEncoder(model)

    async def _process_single(self, inputs: Dict[str, Any], parameters: Dict[str, Any]) -> Dict[str, Any]:
        role = parameters.get("role", "passage")
        vector = self.encoder.encode([inputs["text"]], prefix=f"{role}: ")[0]
        return {"embedding": vector.tolist()}
