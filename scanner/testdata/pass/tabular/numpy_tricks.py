"""numpy as it is used in anger: strides, einsum, structured types, views, ufuncs."""
import io
import math

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from numpy.random import PCG64, Generator, default_rng

RECORD = np.dtype([("id", "<u8"), ("score", "<f4"), ("box", "<i2", (4,)), ("label", "S8")])
EPS = np.finfo(np.float32).eps


def cosine(a, b):
    a = a / np.maximum(np.linalg.norm(a, axis=-1, keepdims=True), EPS)
    b = b / np.maximum(np.linalg.norm(b, axis=-1, keepdims=True), EPS)
    return np.einsum("id,jd->ij", a, b, optimize=True)


def topk(scores, k):
    k = min(k, scores.shape[-1])
    part = np.argpartition(-scores, k - 1, axis=-1)[..., :k]
    order = np.take_along_axis(-scores, part, -1).argsort(-1)
    return np.take_along_axis(part, order, -1)


def patches(image, size):
    h, w = (s // size * size for s in image.shape[:2])
    image = np.ascontiguousarray(image[:h, :w])
    view = sliding_window_view(image, (size, size), axis=(0, 1))[::size, ::size]
    return view.reshape(-1, *view.shape[2:])


def frames(x, length, hop):
    n = 1 + (len(x) - length) // hop
    return as_strided(x, shape=(n, length), strides=(x.strides[0] * hop, x.strides[0]), writeable=False)


def quantise(x, bits=8):
    lo, hi = x.min(), x.max()
    scale = (hi - lo) / (2 ** bits - 1) or 1.0
    return np.round((x - lo) / scale).astype(np.uint8), np.float32(scale), np.float32(lo)


def binarise(x):
    return np.packbits(x > 0, axis=-1)


def hamming(a, b):
    table = np.array([bin(i).count("1") for i in range(256)], dtype=np.uint8)
    return table[np.bitwise_xor(a[:, None, :], b[None, :, :])].sum(-1)


def product_quantiser(x, parts=8, codes=16, rounds=10, seed=0):
    rng: Generator = default_rng(PCG64(seed))
    books = []
    for block in np.split(x, parts, axis=1):
        centres = block[rng.choice(len(block), codes, replace=len(block) < codes)]
        for _ in range(rounds):
            nearest = ((block[:, None] - centres[None]) ** 2).sum(-1).argmin(1)
            counts = np.bincount(nearest, minlength=codes)[:, None]
            sums = np.zeros_like(centres)
            np.add.at(sums, nearest, block)
            centres = np.where(counts > 0, sums / np.maximum(counts, 1), centres)
        books.append(centres)
    return np.stack(books)


def records(rows):
    out = np.empty(len(rows), RECORD)
    for i, (ident, score, box, label) in enumerate(rows):
        out[i] = (ident, score, box, label.encode()[:8])
    return out.view(np.recarray)


def dumps(**arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def loads(data):
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def big(path, shape, mode="r"):
    return np.memmap(path, dtype="float32", mode=mode, shape=shape)


@np.vectorize
def half_life(age_days, half=30.0):
    return math.exp2(-age_days / half)


clip01 = np.frompyfunc(lambda v: 0.0 if v < 0 else 1.0 if v > 1 else v, 1, 1)
gaussian = np.fromfunction(lambda i, j: np.exp(-((i - 2) ** 2 + (j - 2) ** 2) / 2), (5, 5))
np.set_printoptions(precision=3, suppress=True)


class Ring:
    def __init__(self, n, dim):
        self._data = np.zeros((n, dim), np.float32)
        self._next = 0

    def __array__(self, dtype=None, copy=None):
        return np.roll(self._data, -self._next, axis=0).astype(dtype or np.float32)

    def append(self, v):
        self._data[self._next] = v
        self._next = (self._next + 1) % len(self._data)
