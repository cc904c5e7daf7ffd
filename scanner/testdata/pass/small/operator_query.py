import pandas as pd
from operator import attrgetter, itemgetter, methodcaller

class Row:
    def __init__(self, name, at, score):
        self.name, self.at, self.score = name, at, score

def ordered(rows):
    return sorted(rows, key=attrgetter("score", "name"), reverse=True)

def frame(rows):
    df = pd.DataFrame([r.__dict__ for r in rows])
    least = df["score"].median()
    keep = df.query("score >= @least")
    keep = keep.eval("rank = score * 2\nshare = rank / rank.sum()")
    return keep.sort_values("rank").to_dict(orient="records")

names = list(map(methodcaller("upper"), ["a", "b"]))
pairs = sorted([("b", 2), ("a", 1)], key=itemgetter(1))
