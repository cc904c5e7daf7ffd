"""A store with a query method of its own, and helpers that take generators and functions."""
from __future__ import annotations

import json
import logging
import random
import types
from typing import Any, Callable, Dict, List

import requests

log = logging.getLogger(__name__)
LABEL = "Entity"


def step(fn: Callable) -> Callable:
    fn.__is_step__ = True
    return fn


class GraphStore:
    __collection__ = "items"

    def __init__(self, url: str, rng: Any = random) -> None:
        self.url, self.rng = url, rng
        self._json = json

    def query(self, text: str, **params: Any) -> List[Dict[str, Any]]:
        answer = requests.post(self.url, json={"statement": text, "parameters": params}, timeout=10)
        return self._json.loads(answer.content)["rows"]

    def get_field(self, row: Dict[str, Any], path: str) -> Any:
        for part in path.split("."):
            row = row.get(part, {})
        return row

    def prepare(self) -> None:
        self.query(f"CREATE INDEX ON :{LABEL}(id);")
        self.query("CREATE CONSTRAINT ON (b:Entity) ASSERT b.id IS UNIQUE;")

    def count(self, least: int = 0) -> int:
        rows = self.query("select count(*) as n, max(len(name)) from items where score(x) > $least", least=least)
        return self.get_field(rows[0], "n") if rows else 0

    def sample(self, k: int = 3) -> List[str]:
        return [self.get_field(r, "meta.name") for r in self.rng.sample(self.query("match (n) return n"), k)]


def shuffled(items: List[Any], rng: random.Random | None = None) -> List[Any]:
    rng = rng or random
    items = list(items)
    rng.shuffle(items)
    return items


@step
def clean(rows: List[Any]) -> List[Any]:
    return [r for r in rows if r]


def run(steps: List[Any], rows: List[Any]) -> List[Any]:
    for s in steps:
        if isinstance(s, types.FunctionType) and getattr(s, "__is_step__", False):
            log.info("step %s of %s", s.__name__, GraphStore.__collection__)
            rows = s(rows)
        elif isinstance(s, (types.MethodType, types.BuiltinFunctionType, types.LambdaType)):
            rows = s(rows)
    return rows
