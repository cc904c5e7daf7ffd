"""Mostly comprehensions: an n-gram index, inverted, weighted and cut, in few lines."""
import collections
import math
import string
from functools import reduce
from itertools import accumulate, chain, combinations, compress, groupby, islice, product, starmap, takewhile, zip_longest

TEXTS = ["the quick brown fox", "the lazy dog", "quick quick dogs", ""]

grams = {n: [[tuple(w[i:i + n]) for i in range(len(w) - n + 1)] for w in (t.split() for t in TEXTS)] for n in (1, 2)}
index = {
    gram: {d: c for d, c in enumerate(ds.count(gram) for ds in docs) if c}
    for n, docs in grams.items()
    for gram in set(chain.from_iterable(docs))
}
idf = {gram: math.log((1 + len(TEXTS)) / (1 + len(postings))) + 1 for gram, postings in index.items()}
weights = [{g: c[d] * idf[g] for g, c in index.items() if d in c} for d in range(len(TEXTS))]
norms = [math.sqrt(sum(v * v for v in w.values())) or 1.0 for w in weights]
similar = {
    (a, b): round(sum(weights[a].get(g, 0) * weights[b][g] for g in weights[b]) / (norms[a] * norms[b]), 4)
    for a, b in combinations(range(len(TEXTS)), 2)
    if weights[a] and weights[b]
}
letters = {ch: n for ch, n in collections.Counter("".join(TEXTS)).items() if ch in string.ascii_lowercase}
matrix = [[1 if i == j else 0 for j in range(4)] for i in range(4)]
flat = [x for row in matrix for x in row if x]
transposed = [*map(list, zip(*matrix))]
running = list(accumulate(flat, lambda a, b: a * 0.9 + b, initial=0.0))
prefix = [*takewhile(lambda x: x < 3, running)]
runs = [(key, sum(1 for _ in group)) for key, group in groupby("aaabccd")]
mask = list(compress("abcdef", [1, 0, 1, 0, 1, 1]))
pairs = list(starmap(lambda a, b: (b, a), product("ab", repeat=2)))
padded = [list(t) for t in zip_longest([1, 2, 3], [4], fillvalue=None)]
nested = {k: {kk: [vvv ** 2 for vvv in vv if vvv % 2] for kk, vv in v.items()} for k, v in {"a": {"b": [1, 2, 3]}}.items()}
lambdas = [lambda x, i=i: x * i for i in range(3)]
total = reduce(lambda acc, fn: acc + fn(2), lambdas, 0)
chunks = [TEXTS[i:i + 2] for i in range(0, len(TEXTS), 2)]
first = next((t for t in TEXTS if "dog" in t), None)
seen = set()
unique = [w for t in TEXTS for w in t.split() if not (w in seen or seen.add(w))]
cached = [y for x in range(5) if (y := x * x) > 3]
truth = any(len(t) > 10 for t in TEXTS) and not all(TEXTS) or bool([])


def windows(seq, n):
    it = iter(seq)
    window = collections.deque(islice(it, n), maxlen=n)
    if len(window) == n:
        yield tuple(window)
    for x in it:
        window.append(x)
        yield tuple(window)


def tree(pairs):
    root = lambda: collections.defaultdict(root)  # noqa: E731
    out = root()
    for path, value in pairs:
        *parents, leaf = path.split(".")
        reduce(lambda node, key: node[key], parents, out)[leaf] = value
    return out


async def agather(source):
    return [item async for item in source if item] + [await f for f in [] if f]


if __name__ == "__main__":
    print(similar, letters, transposed, prefix, runs, mask, pairs, padded, nested, total, chunks, first, unique, cached, truth)
    print(list(windows(range(5), 3)), dict(tree([("a.b.c", 1), ("a.d", 2)])))
