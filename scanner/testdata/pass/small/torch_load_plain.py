import os
import torch
import torch.nn as nn
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))

class Head(nn.Module):
    def __init__(self, d=384, out=8):
        super().__init__()
        self.fc = nn.Linear(d, out)

    def forward(self, x):
        return F.normalize(self.fc(x), dim=-1)

def build(device=None):
    device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = Head()
    state = torch.load(os.path.join(HERE, "weights", "head.pt"), map_location=device)
    model.load_state_dict(state["model"] if "model" in state else state)
    model.to(device).eval()
    for p in model.parameters():
        p.requires_grad_(False)
    return torch.compile(model) if hasattr(torch, "compile") else model
