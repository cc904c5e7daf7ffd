"""Strategies, builders and adapters: an extractor for people who like patterns."""
from __future__ import annotations

import abc
import copy
import dataclasses
import enum
import functools
import itertools
from collections import UserDict, UserList, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, Generic, Protocol, TypeVar, final, runtime_checkable

import numpy as np

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
S = TypeVar("S", bound="Step[Any, Any]")
A, B, C = TypeVar("A"), TypeVar("B"), TypeVar("C")


@runtime_checkable
class SupportsEncode(Protocol):
    def encode(self, texts: list[str], /) -> np.ndarray: ...


class Step(abc.ABC, Generic[A, B]):
    """``a | b`` runs a, then b; ``a & b`` runs both and joins what they give."""

    name: str = "step"

    @abc.abstractmethod
    def __call__(self, x: A) -> B: ...

    def __or__(self, other: Step[B, C]) -> Step[A, C]:
        return Chain(self, other)

    def __and__(self, other: Step[A, Any]) -> Step[A, tuple]:
        return Both(self, other)

    def __mul__(self, n: int) -> Step[A, Any]:
        return functools.reduce(Step.__or__, [copy.copy(self) for _ in range(n)])

    def __repr__(self) -> str:
        inner = ", ".join(f"{k}={v!r}" for k, v in sorted(self.describe().items()))
        return f"{type(self).__name__}({inner})"

    def describe(self) -> Mapping[str, Any]:
        return {}


class Chain(Step[A, C]):
    def __init__(self, *steps: Step) -> None:
        self.steps = tuple(itertools.chain.from_iterable(s.steps if isinstance(s, Chain) else (s,) for s in steps))

    def __call__(self, x: A) -> C:
        return functools.reduce(lambda value, step: step(value), self.steps, x)

    def describe(self):
        return {"steps": [s.name for s in self.steps]}


class Both(Step[A, tuple]):
    def __init__(self, left: Step, right: Step) -> None:
        self.left, self.right = left, right

    def __call__(self, x):
        return self.left(x), self.right(x)


@final
class Fn(Step[A, B]):
    def __init__(self, fn: Callable[[A], B], name: str | None = None) -> None:
        self.fn, self.name = fn, name or getattr(fn, "__name__", "fn")

    def __call__(self, x: A) -> B:
        return self.fn(x)


class Tracked(MutableMapping[K, V]):
    def __init__(self, *args: Any, **kwargs: V) -> None:
        self._data: dict[K, V] = dict(*args, **kwargs)
        self.reads: dict[K, int] = defaultdict(int)

    def __getitem__(self, key: K) -> V:
        self.reads[key] += 1
        return self._data[key]

    def __setitem__(self, key: K, value: V) -> None:
        self._data[key] = value

    def __delitem__(self, key: K) -> None:
        del self._data[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


class Folded(UserDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.casefold(), value)

    def __contains__(self, key):
        return super().__contains__(key.casefold())


class Batch(UserList):
    @property
    def texts(self) -> list[str]:
        return [str(i) for i in self.data]


class Flag(enum.Flag):
    CLEAN = enum.auto()
    LOWER = enum.auto()
    BOTH = CLEAN | LOWER


@dataclasses.dataclass
class Builder:
    steps: list[Step] = dataclasses.field(default_factory=list)
    flags: Flag = Flag(0)

    def clean(self) -> Builder:
        self.steps.append(Fn(str.strip, "clean"))
        self.flags |= Flag.CLEAN
        return self

    def lower(self) -> Builder:
        self.steps.append(Fn(str.lower))
        self.flags |= Flag.LOWER
        return self

    def encode(self, model: SupportsEncode) -> Builder:
        if not isinstance(model, SupportsEncode):
            raise TypeError(f"{type(model).__module__}.{type(model).__qualname__} cannot encode")
        self.steps.append(Fn(lambda text: model.encode([text])[0], "encode"))
        return self

    def build(self) -> Step:
        if not self.steps:
            raise ValueError("nothing to build")
        return Chain(*self.steps)


def toposort(graph: Mapping[K, Iterable[K]]) -> list[K]:
    done: dict[K, None] = {}
    path: list[K] = []

    def visit(node: K) -> None:
        if node in done:
            return
        if node in path:
            raise ValueError("cycle: " + " -> ".join(map(str, [*path[path.index(node):], node])))
        path.append(node)
        for other in graph.get(node, ()):
            visit(other)
        done[path.pop()] = None

    for node in graph:
        visit(node)
    return list(done)
