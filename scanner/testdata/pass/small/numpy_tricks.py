import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
rng = np.random.default_rng(0)

def project(x: FloatArray, d: int = 32) -> FloatArray:
    w = rng.standard_normal((x.shape[-1], d), dtype=np.float32) / np.sqrt(d)
    return np.einsum("...i,ij->...j", x, w, optimize=True)

def topk(a, k):
    idx = np.argpartition(-a, k, axis=-1)[..., :k]
    return np.take_along_axis(a, idx, axis=-1)

def quantize(x):
    scale = np.abs(x).max(axis=-1, keepdims=True) / 127.0
    return np.round(x / np.where(scale == 0, 1, scale)).astype(np.int8), scale

def structured():
    t = np.dtype([("id", "<u4"), ("v", "<f4", (4,))])
    a = np.zeros(3, dtype=t)
    a["v"] += 1
    return a.view(np.recarray).id

class Arr(np.ndarray):
    def __array_finalize__(self, obj):
        self.meta = getattr(obj, "meta", None)
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return getattr(ufunc, method)(*(np.asarray(i) for i in inputs), **kwargs)

print(project(np.ones((2, 8), np.float32)).shape, topk(np.arange(5.0), 2), sliding_window_view(np.arange(6), 3).mean(-1))
