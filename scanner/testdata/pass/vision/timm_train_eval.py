"""A linear probe: train for a moment, eval, keep the weights as safetensors."""
import argparse
import copy
import time

import torch
import torch.nn as nn
import torch.optim as optim
from safetensors.torch import load_file, save_file
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm


class Probe(nn.Module):
    def __init__(self, dim, classes, hidden=None):
        super(Probe, self).__init__()
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, classes) if hidden is None else nn.Sequential(
            nn.Linear(dim, hidden), nn.GELU(), nn.Dropout(0.1), nn.Linear(hidden, classes))
        self.apply(self._init)

    @staticmethod
    def _init(module):
        if isinstance(module, nn.Linear):
            nn.init.trunc_normal_(module.weight, std=0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)

    def forward(self, input):
        return self.head(self.norm(input))


def train(model, loader, optimizer, scheduler, scaler, device):
    model.train()
    total = 0.0
    for x, y in tqdm(loader, leave=False):
        x, y = x.to(device, non_blocking=True), y.to(device)
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device_type=device.type, dtype=torch.bfloat16):
            loss = nn.functional.cross_entropy(model(x), y, label_smoothing=0.1)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        scheduler.step()
        total += loss.item() * len(x)
    return total / len(loader.dataset)


@torch.no_grad()
def eval(model, loader, device):
    model.eval()
    right = 0
    for x, y in loader:
        right += (model(x.to(device)).argmax(1).cpu() == y).sum().item()
    return right / len(loader.dataset)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--eval", action="store_true", help="only eval")
    parser.add_argument("--out", default="probe.safetensors")
    args = parser.parse_args(argv)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(0)
    data = TensorDataset(torch.randn(512, 64), torch.randint(0, 4, (512,)))
    loader = DataLoader(data, batch_size=64, shuffle=True, num_workers=0, pin_memory=device.type == "cuda")
    model = Probe(64, 4, hidden=32).to(device)
    if args.eval:
        model.load_state_dict(load_file(args.out))
        print("accuracy %.3f" % eval(model, loader, device))
        return 0
    optimizer = optim.AdamW(model.parameters(), lr=3e-4)
    scheduler = optim.lr_scheduler.OneCycleLR(optimizer, 1e-3, total_steps=args.epochs * len(loader))
    scaler = torch.amp.GradScaler(enabled=False)
    best, state = 0.0, None
    for epoch in range(args.epochs):
        start = time.time()
        loss = train(model, loader, optimizer, scheduler, scaler, device)
        acc = eval(model, loader, device)
        print(f"epoch {epoch}: loss {loss:.3f}, accuracy {acc:.3f}, {time.time() - start:.1f}s")
        if acc >= best:
            best, state = acc, copy.deepcopy(model.state_dict())
    save_file(state, args.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
