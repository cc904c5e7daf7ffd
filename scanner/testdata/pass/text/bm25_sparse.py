"""Sparse vectors by BM25 over a fixed vocabulary: {"indices": [...], "values": [...]}."""
import heapq
import json
import math
import zlib
from array import array
from collections import Counter
from typing import Dict, Iterable, List, Tuple

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer

VOCABULARY_SIZE = 1 << 18
K1, B = 1.2, 0.75

# Words that look like code must stay words: exec, eval, import, compile, open.
STOP = set("a an and are as at be by for from has he in is it its of on or that the to was were will with".split())


def bucket(token: str, size: int = VOCABULARY_SIZE) -> int:
    return zlib.crc32(token.encode("utf-8")) % size


class BM25:
    def __init__(self, average_length: float = 120.0):
        self.average_length = average_length
        self.df: Dict[int, int] = {}
        self.n = 0

    def fit(self, documents: Iterable[List[str]]) -> "BM25":
        lengths = array("I")
        for tokens in documents:
            lengths.append(len(tokens))
            for index in {bucket(t) for t in tokens}:
                self.df[index] = self.df.get(index, 0) + 1
            self.n += 1
        if self.n:
            self.average_length = sum(lengths) / self.n
        return self

    def idf(self, index: int) -> float:
        df = self.df.get(index, 0)
        return math.log1p((self.n - df + 0.5) / (df + 0.5))

    def encode(self, tokens: List[str], top: int = 256) -> Tuple[List[int], List[float]]:
        norm = K1 * (1 - B + B * len(tokens) / self.average_length)
        counts = Counter(map(bucket, (t for t in tokens if t not in STOP)))
        weights = ((i, self.idf(i) * n * (K1 + 1) / (n + norm)) for i, n in counts.items())
        best = heapq.nlargest(top, weights, key=lambda pair: pair[1])
        best.sort()
        return [i for i, _ in best], [round(w, 6) for _, w in best]

    def dumps(self) -> bytes:
        return zlib.compress(json.dumps({"n": self.n, "avg": self.average_length, "df": list(self.df.items())}).encode())

    @classmethod
    def loads(cls, data: bytes) -> "BM25":
        raw = json.loads(zlib.decompress(data))
        self = cls(raw["avg"])
        self.n, self.df = raw["n"], dict(map(tuple, raw["df"]))
        return self


def tfidf(texts: List[str]) -> sparse.csr_matrix:
    counts = HashingVectorizer(n_features=VOCABULARY_SIZE, alternate_sign=False, norm=None).transform(texts)
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)


def vocabulary(texts: List[str]) -> np.ndarray:
    vectorizer = CountVectorizer(token_pattern=r"(?u)\b\w[\w'-]+\b", min_df=2)
    vectorizer.fit(texts)
    return vectorizer.get_feature_names_out()
