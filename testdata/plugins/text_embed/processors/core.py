import hashlib
import math

DIMENSIONS = 16


def embed(text):
    """Counts the words of a text in hashed buckets, scaled to length one."""
    buckets = [0.0] * DIMENSIONS
    for word in text.split():
        digest = hashlib.sha256(word.encode("utf-8")).digest()
        buckets[digest[0] % DIMENSIONS] += 1.0
    length = math.sqrt(sum(b * b for b in buckets)) or 1.0
    return [b / length for b in buckets]
