"""Near duplicates by MinHash and LSH, with simhash beside it."""
import hashlib
import re
from collections import defaultdict
from typing import Dict, Iterable, List, Set, Tuple

import numpy as np
from datasketch import MinHash, MinHashLSH

PRIME = (1 << 61) - 1
MASK = (1 << 32) - 1
TOKEN = re.compile(r"\w+", re.UNICODE)


def shingles(text: str, n: int = 5) -> Set[str]:
    words = TOKEN.findall(text.lower())
    return {" ".join(words[i:i + n]) for i in range(max(1, len(words) - n + 1))}


def hash32(text: str) -> int:
    return int.from_bytes(hashlib.sha1(text.encode("utf-8"), usedforsecurity=False).digest()[:4], "little")


class Signer:
    def __init__(self, permutations: int = 128, seed: int = 1) -> None:
        rng = np.random.RandomState(seed)
        self.a = rng.randint(1, PRIME, permutations, dtype=np.uint64)
        self.b = rng.randint(0, PRIME, permutations, dtype=np.uint64)

    def __call__(self, text: str) -> np.ndarray:
        values = np.fromiter((hash32(s) for s in shingles(text)), dtype=np.uint64)
        return (((values[:, None] * self.a + self.b) % PRIME) & MASK).min(axis=0)


class Bands:
    def __init__(self, bands: int = 16) -> None:
        self.bands = bands
        self.tables: List[Dict[bytes, List[str]]] = [defaultdict(list) for _ in range(bands)]

    def add(self, key: str, signature: np.ndarray) -> Set[str]:
        found: Set[str] = set()
        for table, part in zip(self.tables, np.split(signature, self.bands)):
            bucket = table[part.tobytes()]
            found.update(bucket)
            bucket.append(key)
        return found


def simhash(text: str, bits: int = 64) -> int:
    votes = np.zeros(bits, dtype=np.int64)
    for s in shingles(text, 3):
        digest = int.from_bytes(hashlib.blake2b(s.encode(), digest_size=8).digest(), "big")
        votes += np.array([1 if digest >> i & 1 else -1 for i in range(bits)])
    return sum(1 << i for i, v in enumerate(votes) if v > 0)


def duplicates(texts: Iterable[Tuple[str, str]], threshold: float = 0.8) -> List[Tuple[str, str]]:
    lsh, pairs = MinHashLSH(threshold=threshold, num_perm=128), []
    for key, text in texts:
        m = MinHash(num_perm=128)
        for s in shingles(text):
            m.update(s.encode())
        pairs += [(other, key) for other in lsh.query(m)]
        lsh.insert(key, m)
    return pairs
