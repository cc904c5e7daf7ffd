import json
import numpy as np
from typing import List, Optional

class Vocabulary:
    """Words to ids; `open`, `exec` and `compile` are its own methods."""
    def __init__(self, words: Optional[List[str]] = None):
        self._ids = {w: i for i, w in enumerate(words or [])}
        self._compiled = None

    def open(self, text: str):
        self._ids = json.loads(text)
        return self

    def compile(self):
        self._compiled = np.zeros((len(self._ids), 4), dtype=np.float32)
        return self

    def exec(self, tokens):
        return [self._ids.get(t, 0) for t in tokens]

    def __contains__(self, w):
        return w in self._ids

v = Vocabulary(["a", "b"]).open('{"x": 1}').compile()
IDS = v.exec(["x", "y"])
