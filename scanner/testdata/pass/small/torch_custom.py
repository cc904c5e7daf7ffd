import math
import torch
from torch import nn, Tensor
from torch.autograd import Function

class Clamp(Function):
    @staticmethod
    def forward(ctx, x, lo, hi):
        ctx.save_for_backward(x)
        ctx.lo, ctx.hi = lo, hi
        return x.clamp(lo, hi)
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * ((x >= ctx.lo) & (x <= ctx.hi)), None, None

class Attention(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        self.h = h
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.register_buffer("scale", torch.tensor(1 / math.sqrt(d // h)), persistent=False)
        self.register_forward_hook(lambda m, i, o: None)
    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        b, n, d = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, self.h, d // self.h).permute(2, 0, 3, 1, 4)
        a = (q @ k.transpose(-1, -2)) * self.scale
        if mask is not None:
            a = a.masked_fill(~mask[:, None, None], float("-inf"))
        return self.out((a.softmax(-1) @ v).transpose(1, 2).reshape(b, n, d))
    def extra_repr(self):
        return f"heads={self.h}"

def save(model, path):
    torch.save({"model": model.state_dict(), "v": 1}, path)

def restore(model, path):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    missing, unexpected = model.load_state_dict(checkpoint["model"], strict=False)
    return model.train(False), missing
