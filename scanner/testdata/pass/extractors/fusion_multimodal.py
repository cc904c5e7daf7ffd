"""Late fusion: text, image and number vectors into one, with weights learned once and kept as JSON."""
import base64
import dataclasses
import functools
import io
import json
import typing as tp
import zlib

import numpy as np
import torch
import torch.nn as nn
from PIL import Image
from sentence_transformers import SentenceTransformer

Vector = tp.Sequence[float]
Part = tp.Literal["text", "image", "number"]

WEIGHTS = (
    "eJyrVspLzE1VslIwVLAyqAUAHMUDgw=="
)


@functools.lru_cache(maxsize=1)
def model() -> SentenceTransformer:
    return SentenceTransformer("clip-ViT-B-32")


def unpack(text: str) -> dict:
    try:
        return json.loads(zlib.decompress(base64.b64decode(text)))
    except (ValueError, zlib.error) as err:
        raise RuntimeError("the weights are damaged") from err


def pack(weights: dict) -> str:
    return base64.b64encode(zlib.compress(json.dumps(weights).encode())).decode("ascii")


@dataclasses.dataclass(frozen=True)
class Item:
    text: str = ""
    image: tp.Optional[bytes] = None
    numbers: tp.Mapping[str, float] = dataclasses.field(default_factory=dict)

    @classmethod
    def from_inputs(cls, inputs: tp.Mapping[str, tp.Any]) -> "Item":
        names = {f.name for f in dataclasses.fields(cls)}
        unknown = set(inputs) - names
        if unknown:
            raise TypeError(f"unknown inputs: {', '.join(sorted(unknown))}; known are {', '.join(sorted(names))}")
        data = {**inputs}
        if isinstance(data.get("image"), str):
            data["image"] = base64.b64decode(data["image"], validate=True)
        return cls(**data)


class Gate(nn.Module):
    def __init__(self, parts: int, dim: int) -> None:
        super().__init__()
        self.score = nn.Linear(dim, 1)
        self.bias = nn.Parameter(torch.zeros(parts))

    def forward(self, x: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        logits = (self.score(x).squeeze(-1) + self.bias).masked_fill(~present, float("-inf"))
        return (logits.softmax(-1).unsqueeze(-1) * x).sum(-2)


class Fusion:
    parts: tp.Tuple[Part, ...] = tp.get_args(Part)

    def __init__(self, dim: int = 512, seed: int = 0) -> None:
        self.dim = dim
        generator = torch.Generator().manual_seed(seed)
        self.directions = torch.randn(1024, dim, generator=generator)
        self.gate = Gate(len(self.parts), dim).eval()

    def _text(self, item: Item) -> tp.Optional[torch.Tensor]:
        return model().encode(item.text, convert_to_tensor=True).cpu() if item.text else None

    def _image(self, item: Item) -> tp.Optional[torch.Tensor]:
        if item.image is None:
            return None
        with Image.open(io.BytesIO(item.image)) as image:
            return model().encode(image.convert("RGB"), convert_to_tensor=True).cpu()

    def _number(self, item: Item) -> tp.Optional[torch.Tensor]:
        if not item.numbers:
            return None
        rows = [self.directions[zlib.adler32(k.encode()) % 1024] * float(np.tanh(v)) for k, v in item.numbers.items()]
        return torch.stack(rows).mean(0)

    @torch.no_grad()
    def __call__(self, item: Item) -> torch.Tensor:
        encoders = {"text": self._text, "image": self._image, "number": self._number}
        vectors = [encoders[part](item) for part in self.parts]
        present = torch.tensor([v is not None for v in vectors])
        if not present.any():
            raise ValueError("nothing to embed")
        stacked = torch.stack([torch.zeros(self.dim) if v is None else nn.functional.normalize(v, dim=-1) for v in vectors])
        return nn.functional.normalize(self.gate(stacked, present), dim=-1)


class InferenceService:
    def __init__(self, **kwargs: tp.Any) -> None:
        self.fusion = Fusion(**kwargs)

    async def _process_single(self, inputs: dict, parameters: dict) -> dict:
        return {"embedding": self.fusion(Item.from_inputs(inputs)).tolist(), "weights": len(pack({"name": 1.0})), "parts": list(Fusion.parts)}
