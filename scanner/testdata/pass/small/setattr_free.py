import numpy as np
import torch
class Box(dict):
    def __getattr__(self, k):
        try:
            return self[k]
        except KeyError:
            raise AttributeError(k) from None
    def __setattr__(self, k, v):
        self[k] = v
    def __delattr__(self, k):
        del self[k]
class Net(torch.nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = torch.nn.ModuleList()
        for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
            self.add_module(f"norm{i}", torch.nn.LayerNorm(a))
            self.layers.append(torch.nn.Linear(a, b))
    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(getattr(self, f"norm{i}")(x))
        return x
    def __setattr__(self, name, value):
        super().__setattr__(name, value)
b = Box(a=1)
b.c = 2
print(b.a + b.c, np.asarray([b.a]))
