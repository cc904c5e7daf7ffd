import os
import faiss
import numpy as np

class Index:
    def __init__(self, d=64):
        self.d = d
        self.index = faiss.IndexFlatIP(d)

    @classmethod
    def read(cls, path):
        self = cls.__new__(cls)
        self.index = faiss.read_index(path)
        self.d = self.index.d
        return self

    def add(self, x):
        x = np.ascontiguousarray(x, dtype="float32")
        faiss.normalize_L2(x)
        self.index.add(x)

    def search(self, q, k=5):
        scores, ids = self.index.search(np.atleast_2d(q).astype("float32"), k)
        return [[(int(i), float(s)) for i, s in zip(r, t) if i >= 0] for r, t in zip(ids, scores)]

if os.path.exists("index.faiss"):
    INDEX = Index.read("index.faiss")
else:
    INDEX = Index()
