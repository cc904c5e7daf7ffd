import heapq
import itertools
import math
from bisect import bisect_left, insort
from statistics import mean, median, pstdev

def windows(xs, n):
    its = itertools.tee(xs, n)
    for i, it in enumerate(its):
        next(itertools.islice(it, i, i), None)
    return zip(*its)

def top(xs, k=3, key=None):
    return heapq.nlargest(k, xs, key=key)

def quantiles(xs, qs=(0.25, 0.5, 0.75)):
    xs = sorted(xs)
    return [xs[min(len(xs) - 1, math.floor(q * len(xs)))] for q in qs]

class Running:
    def __init__(self):
        self.xs = []
    def __iadd__(self, x):
        insort(self.xs, x)
        return self
    def rank(self, x):
        return bisect_left(self.xs, x) / max(1, len(self.xs))

def summary(xs):
    r = Running()
    for x in xs:
        r += x
    return {"mean": mean(xs), "median": median(xs), "sd": pstdev(xs), "q": quantiles(xs), "rank": r.rank(xs[0]),
            "diffs": [b - a for a, b in windows(xs, 2)], "top": top(xs), "acc": list(itertools.accumulate(xs, max))}

print(summary([3, 1, 2]))
