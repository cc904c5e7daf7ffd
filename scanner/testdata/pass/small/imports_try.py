try:
    import orjson as json
except ImportError:
    import json

try:
    from typing import Self
except ImportError:
    from typing_extensions import Self

import sys
if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

try:
    import torch
    HAS_TORCH = True
except (ImportError, OSError):
    torch, HAS_TORCH = None, False

class Doc:
    def __init__(self): self.d = {}
    def put(self, k, v) -> Self:
        self.d[k] = v
        return self
    def dumps(self):
        out = json.dumps(self.d)
        return out.decode() if isinstance(out, bytes) else out

def device():
    if not HAS_TORCH:
        return "cpu"
    return "cuda" if torch.cuda.is_available() else "mps" if getattr(torch.backends, "mps", None) and torch.backends.mps.is_available() else "cpu"

print(Doc().put("a", tomllib.loads("a = 1")).dumps(), device())
