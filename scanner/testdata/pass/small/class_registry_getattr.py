import torch.nn as nn
from dataclasses import dataclass, fields
@dataclass
class Hyper:
    hidden: int = 8
    layers: int = 2
    act: str = "gelu"
    def items(self):
        return [(f.name, getattr(self, f.name)) for f in fields(self)]
    @classmethod
    def of(cls, d):
        return cls(**{k: v for k, v in d.items() if k in {f.name for f in fields(cls)}})
ACT = {"gelu": nn.GELU, "relu": nn.ReLU}
class Mlp(nn.Module):
    def __init__(self, h: Hyper):
        super().__init__()
        for i in range(h.layers):
            self.add_module(f"fc{i}", nn.Linear(h.hidden, h.hidden))
        self.act, self.n = ACT[h.act](), h.layers
    def forward(self, x):
        for i in range(self.n):
            x = self.act(getattr(self, f"fc{i}")(x))
        return x
    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(self.__dict__.get("inner"), name)
print(dict(Hyper.of({"hidden": 4, "x": 1}).items()))
