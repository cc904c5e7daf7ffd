"""Inner loops by numba, and by cupy where there is a card."""
import math

import numba
import numpy as np
from numba import float32, guvectorize, int64, njit, prange, typed, types, vectorize

try:
    import cupy as cp
except ImportError:
    cp = None

xp = cp if cp is not None else np


@njit(cache=True, fastmath=True)
def levenshtein(a, b):
    if len(a) < len(b):
        a, b = b, a
    row = np.arange(len(b) + 1)
    for i in range(len(a)):
        previous, row[0] = row[0], i + 1
        for j in range(len(b)):
            current = row[j + 1]
            row[j + 1] = min(current + 1, row[j] + 1, previous + (a[i] != b[j]))
            previous = current
    return row[-1]


@njit(parallel=True, nogil=True)
def pairwise(x):
    n = x.shape[0]
    out = np.empty((n, n), dtype=np.float32)
    for i in prange(n):
        for j in range(i, n):
            total = 0.0
            for k in range(x.shape[1]):
                d = x[i, k] - x[j, k]
                total += d * d
            out[i, j] = out[j, i] = math.sqrt(total)
    return out


@vectorize([float32(float32, float32)], target="cpu")
def decay(score, age):
    return score * math.exp(-age / 30.0)


@guvectorize([(float32[:], int64, float32[:])], "(n),()->(n)")
def moving_average(x, window, out):
    total = 0.0
    for i in range(x.shape[0]):
        total += x[i]
        if i >= window:
            total -= x[i - window]
        out[i] = total / min(i + 1, window)


@njit
def dtw(a, b, band):
    n, m = len(a), len(b)
    cost = np.full((n + 1, m + 1), np.inf)
    cost[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(max(1, i - band), min(m, i + band) + 1):
            cost[i, j] = abs(a[i - 1] - b[j - 1]) + min(cost[i - 1, j], cost[i, j - 1], cost[i - 1, j - 1])
    return cost[n, m]


@njit
def count(tokens):
    out = typed.Dict.empty(key_type=types.int64, value_type=types.int64)
    for t in tokens:
        out[t] = out.get(t, 0) + 1
    return out


spec = [("mean", numba.float64), ("m2", numba.float64), ("n", numba.int64)]


@numba.experimental.jitclass(spec)
class Welford:
    def __init__(self):
        self.mean = 0.0
        self.m2 = 0.0
        self.n = 0

    def add(self, x):
        self.n += 1
        delta = x - self.mean
        self.mean += delta / self.n
        self.m2 += delta * (x - self.mean)


def codes(text):
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def similar(a, b):
    return 1 - levenshtein(codes(a), codes(b)) / max(len(a), len(b), 1)


def on_device(x, y):
    x, y = xp.asarray(x), xp.asarray(y)
    out = xp.exp(-((x - y) ** 2).sum(-1))
    return cp.asnumpy(out) if cp is not None else out


def fast(a, b):
    return np.asarray((a * b + 2 * a).sum(axis=1))


if cp is not None:
    add = cp.ElementwiseKernel("float32 x, float32 y", "float32 z", "z = x + y", "add")
