"""Measures of retrieval: recall, MRR, nDCG.  `eval` is what people call such a module."""
from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Scores:
    recall: float
    mrr: float
    ndcg: float

    def __add__(self, other: Scores) -> Scores:
        return Scores(self.recall + other.recall, self.mrr + other.mrr, self.ndcg + other.ndcg)

    def __truediv__(self, n: float) -> Scores:
        return Scores(self.recall / n, self.mrr / n, self.ndcg / n)


def dcg(gains: Sequence[float]) -> float:
    return sum(g / math.log2(i + 2) for i, g in enumerate(gains))


def eval_one(ranked: Sequence[str], relevant: Mapping[str, float], k: int = 10) -> Scores:
    top = ranked[:k]
    hits = [i for i, doc in enumerate(top) if relevant.get(doc, 0) > 0]
    ideal = dcg(sorted(relevant.values(), reverse=True)[:k])
    return Scores(
        recall=len(hits) / max(1, sum(v > 0 for v in relevant.values())),
        mrr=1 / (hits[0] + 1) if hits else 0.0,
        ndcg=dcg([relevant.get(doc, 0.0) for doc in top]) / ideal if ideal else 0.0,
    )


def eval(runs: Mapping[str, Sequence[str]], truth: Mapping[str, Mapping[str, float]], k: int = 10) -> Scores:
    scores = [eval_one(runs.get(q, ()), relevant, k) for q, relevant in truth.items()]
    return sum(scores, Scores(0, 0, 0)) / max(1, len(scores))


def bootstrap(values: Sequence[float], rounds: int = 1000, seed: int = 0) -> tuple[float, float]:
    import random

    rng = random.Random(seed)
    means = sorted(statistics.fmean(rng.choices(values, k=len(values))) for _ in range(rounds))
    return means[int(rounds * 0.025)], means[int(rounds * 0.975)]


def exec(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="eval", description="evaluates runs")
    parser.add_argument("-k", type=int, default=10, metavar="K")
    parser.add_argument("--format", choices=["json", "text"], default="text")
    args = parser.parse_args(argv)
    lines = (json.loads(line) for line in sys.stdin if line.strip())
    runs, truth = {}, {}
    for line in lines:
        runs[line["query"]] = line["ranked"]
        truth[line["query"]] = line["relevant"]
    result = eval(runs, truth, args.k)
    if args.format == "json":
        json.dump(asdict(result), sys.stdout)
    else:
        for name, value in asdict(result).items():
            print(f"{name:>8} {value:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(exec())
