"""A two-tower model of our own, its losses, and its weights as safetensors."""
from __future__ import annotations

import math
from collections import OrderedDict
from pathlib import Path
from typing import Dict, Optional, Tuple, Union

import safetensors
import torch
from einops import einsum, rearrange, repeat
from jaxtyping import Float
from safetensors.torch import load_model, save_model
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence
from torch.utils.checkpoint import checkpoint

WEIGHTS = Path(__file__).parent / "assets" / "towers.safetensors"


class RotaryAttention(nn.Module):
    def __init__(self, dim: int, heads: int = 8, dropout: float = 0.0) -> None:
        super().__init__()
        assert dim % heads == 0, f"{dim} does not split into {heads}"
        self.heads, self.dropout = heads, dropout
        self.qkv = nn.Linear(dim, dim * 3, bias=False)
        self.out = nn.Linear(dim, dim)
        freq = 1.0 / 10000 ** (torch.arange(0, dim // heads, 2).float() / (dim // heads))
        self.register_buffer("freq", freq, persistent=False)

    def rotate(self, x: Tensor) -> Tensor:
        angle = torch.outer(torch.arange(x.shape[-2], device=x.device), self.freq)
        cos, sin = angle.cos(), angle.sin()
        a, b = x[..., ::2], x[..., 1::2]
        return torch.stack((a * cos - b * sin, a * sin + b * cos), dim=-1).flatten(-2)

    def forward(self, x: Float[Tensor, "b n d"], mask: Optional[Tensor] = None) -> Float[Tensor, "b n d"]:
        q, k, v = rearrange(self.qkv(x), "b n (three h d) -> three b h n d", three=3, h=self.heads)
        bias = None if mask is None else mask[:, None, None, :].bool()
        y = F.scaled_dot_product_attention(self.rotate(q), self.rotate(k), v, attn_mask=bias, dropout_p=self.dropout if self.training else 0.0)
        return self.out(rearrange(y, "b h n d -> b n (h d)"))


class Block(nn.Sequential):
    def __init__(self, dim: int, ratio: int = 4) -> None:
        super().__init__(OrderedDict(norm=nn.LayerNorm(dim), up=nn.Linear(dim, dim * ratio), act=nn.GELU(), down=nn.Linear(dim * ratio, dim)))


class Tower(nn.Module):
    def __init__(self, fan_in: int, dim: int = 128, depth: int = 2, *, recompute: bool = False) -> None:
        super().__init__()
        self.enter = nn.Linear(fan_in, dim)
        self.layers = nn.ModuleList([nn.ModuleDict({"attend": RotaryAttention(dim), "mix": Block(dim)}) for _ in range(depth)])
        self.token = nn.Parameter(torch.randn(1, 1, dim) * 0.02)
        self.recompute = recompute

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat([repeat(self.token, "1 1 d -> b 1 d", b=x.shape[0]), self.enter(x)], dim=1)
        for layer in self.layers:
            x = x + (checkpoint(layer["attend"], x, use_reentrant=False) if self.recompute else layer["attend"](x))
            x = x + layer["mix"](x)
        return F.normalize(x[:, 0], dim=-1)


class TwoTowers(nn.Module):
    def __init__(self, image_dim: int, text_dim: int, dim: int = 128) -> None:
        super().__init__()
        self.towers = nn.ModuleDict({"image": Tower(image_dim, dim), "text": Tower(text_dim, dim)})
        self.scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def forward(self, image: Tensor, text: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        i, t = self.towers["image"](image), self.towers["text"](text)
        logits = self.scale.exp().clamp(max=100) * einsum(i, t, "a d, b d -> a b")
        target = torch.arange(len(logits), device=logits.device)
        return i, t, (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2

    @classmethod
    def load(cls, path: Union[str, Path] = WEIGHTS, **shape: int) -> "TwoTowers":
        model = cls(**shape)
        missing, unexpected = load_model(model, str(path), strict=False)
        if missing or unexpected:
            raise RuntimeError(f"missing {sorted(missing)[:3]}, unexpected {sorted(unexpected)[:3]}")
        return model.eval().requires_grad_(False)

    def save(self, path: Union[str, Path] = WEIGHTS) -> None:
        save_model(self, str(path), metadata={"format": "pt"})


def metadata(path: Union[str, Path]) -> Dict[str, str]:
    with safetensors.safe_open(str(path), framework="pt", device="cpu") as f:
        return {**(f.metadata() or {}), **{k: str(f.get_slice(k).get_shape()) for k in f.keys()}}


def old_checkpoint(path: str, model: nn.Module) -> None:
    state = torch.load(path, map_location="cpu", weights_only=True)
    state = {k.removeprefix("module."): v for k, v in state.get("state_dict", state).items()}
    model.load_state_dict(state, strict=True)


def ragged(rows: list[Tensor]) -> Tuple[Tensor, Tensor]:
    lengths = torch.tensor([len(r) for r in rows])
    return pad_sequence(rows, batch_first=True), torch.arange(int(lengths.max()))[None] < lengths[:, None]


if torch.__version__ >= "2.0":
    forward_compiled = torch.compile(F.normalize, fullgraph=True, disable=True)
