import json
import logging
import random

class Sampler:
    def __init__(self, rng=None, log=None, loads=json.loads):
        self.rng = rng or random.Random(7)
        self.log = log or logging.getLogger("sampler")
        self.loads = loads

    def pick(self, rows, k):
        rows = [self.loads(r) if isinstance(r, str) else r for r in rows]
        self.log.info("picking %d of %d", k, len(rows))
        return self.rng.sample(rows, min(k, len(rows)))

def shuffle(items, rng=random):
    items = list(items)
    rng.shuffle(items)
    return items

print(Sampler().pick(["1", "2"], 1), shuffle([1, 2, 3]))
