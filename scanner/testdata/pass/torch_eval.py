import torch

model = torch.nn.Linear(2, 2)
model.eval()
model = torch.compile(model)
with torch.no_grad():
    out = model(torch.zeros(1, 2))
