import contextlib
import io
import json
import torch
def read(source, raw=False):
    with contextlib.closing(source) if raw else contextlib.nullcontext(source) as f:
        return json.load(f)
def step(model, x, amp=True):
    with torch.autocast("cuda", dtype=torch.float16) if amp else contextlib.nullcontext():
        return model(x)
def both(a, b):
    with (contextlib.closing(a) if a else io.StringIO()) as x, io.StringIO(b) if b else io.StringIO() as y:
        return x, y
print(read(io.StringIO("{}"), raw=True))
