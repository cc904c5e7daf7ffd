"""Splits long documents into overlapping windows of tokens, at sentence ends if it can."""
from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import tiktoken

if TYPE_CHECKING:
    from tiktoken import Encoding

_SENTENCE = re.compile(
    r"""
    (?<=[.!?\u3002\uff01\uff1f])   # what ends a sentence
    ["')\]]*                       # closing quotes and brackets
    \s+(?=[A-Z\u00c0-\u00de"'(\[]) # and what begins the next
    """,
    re.VERBOSE,
)
_FENCE = re.compile(r"^```.*?^```\s*$", re.M | re.S)


@functools.lru_cache(maxsize=4)
def encoding(name: str = "cl100k_base") -> Encoding:
    return tiktoken.get_encoding(name)


@dataclasses.dataclass(slots=True, kw_only=True)
class Chunk:
    text: str
    start: int
    stop: int
    tokens: int
    meta: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __len__(self) -> int:
        return self.tokens

    def replace(self, **changes: Any) -> Chunk:
        return dataclasses.replace(self, **changes)


class Chunks(Sequence[Chunk]):
    def __init__(self, items: Sequence[Chunk]) -> None:
        self._items = tuple(items)

    @overload
    def __getitem__(self, index: int) -> Chunk: ...
    @overload
    def __getitem__(self, index: slice) -> Chunks: ...
    def __getitem__(self, index: int | slice) -> Chunk | Chunks:
        if isinstance(index, slice):
            return type(self)(self._items[index])
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def at(self, offset: int) -> Chunk:
        return self._items[max(0, bisect_right([c.start for c in self._items], offset) - 1)]


def sentences(text: str) -> Iterator[tuple[int, str]]:
    fences = [m.span() for m in _FENCE.finditer(text)]
    cuts = [0]
    for m in _SENTENCE.finditer(text):
        if not any(a <= m.start() < b for a, b in fences):
            cuts.append(m.end())
    cuts.append(len(text))
    for a, b in itertools.pairwise(cuts):
        if a < b:
            yield a, text[a:b]


def chunk(text: str, *, size: int = 512, overlap: int = 64, count: Callable[[str], int] | None = None) -> Chunks:
    if not 0 <= overlap < size:
        raise ValueError("overlap must be smaller than size")
    count = count or (lambda s: len(encoding().encode(s, disallowed_special=())))
    out: list[Chunk] = []
    window: list[tuple[int, str, int]] = []
    total = 0
    for start, sentence in sentences(text):
        n = count(sentence)
        while window and total + n > size:
            out.append(Chunk(text="".join(s for _, s, _ in window), start=window[0][0], stop=start, tokens=total))
            while window and total > overlap:
                total -= window.pop(0)[2]
        window.append((start, sentence, n))
        total += n
    if window:
        out.append(Chunk(text="".join(s for _, s, _ in window), start=window[0][0], stop=len(text), tokens=total))
    return Chunks(out)
