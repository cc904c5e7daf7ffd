"""Log lines to templates and counts: a small Drain, and vectors of sessions."""
import functools
import itertools
import re
import shlex
import sys
from collections import Counter, OrderedDict, defaultdict
from datetime import datetime
from typing import Dict, Iterable, List, Optional, Tuple

LINE = re.compile(
    r"^(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?)\s+(?P<level>DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL)\s+"
    r"(?:\[(?P<thread>[^\]]*)\]\s+)?(?P<source>[\w.$]+)\s*[:-]\s*(?P<message>.*)$"
)
MASKS: Tuple[Tuple["re.Pattern[str]", str], ...] = (
    (re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.I), "<uuid>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "<ip>"),
    (re.compile(r"(?<!\w)(?:/[\w.-]+)+/?"), "<path>"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "<hex>"),
    (re.compile(r"(?<![\w<])[-+]?\d+(?:\.\d+)?(?![\w>])"), "<num>"),
)
COMMANDS = {"exec", "fork", "kill", "spawn", "system", "popen"}  # words of the logs, not calls


def mask(message: str) -> str:
    return functools.reduce(lambda text, m: m[0].sub(m[1], text), MASKS, message)


class Cluster:
    __slots__ = ("tokens", "count", "id")
    _ids = itertools.count(1)

    def __init__(self, tokens: List[str]) -> None:
        self.tokens, self.count, self.id = tokens, 0, next(self._ids)

    def similarity(self, tokens: List[str]) -> float:
        return sum(a == b for a, b in zip(self.tokens, tokens)) / len(tokens)

    def absorb(self, tokens: List[str]) -> None:
        self.tokens = [a if a == b else "<*>" for a, b in zip(self.tokens, tokens)]
        self.count += 1

    def __str__(self) -> str:
        return " ".join(self.tokens)


class Drain:
    def __init__(self, threshold: float = 0.5, limit: int = 1000) -> None:
        self.threshold, self.limit = threshold, limit
        self.groups: Dict[Tuple[int, str], List[Cluster]] = defaultdict(list)
        self.recent: "OrderedDict[int, Cluster]" = OrderedDict()

    def add(self, message: str) -> Cluster:
        tokens = mask(message).split() or ["<empty>"]
        group = self.groups[len(tokens), tokens[0] if tokens[0].isalpha() else "<*>"]
        best = max(group, key=lambda c: c.similarity(tokens), default=None)
        if best is None or best.similarity(tokens) < self.threshold:
            best = Cluster(tokens)
            group.append(best)
        best.absorb(tokens)
        self.recent[best.id] = best
        self.recent.move_to_end(best.id)
        if len(self.recent) > self.limit:
            self.recent.popitem(last=False)
        return best


def parse(line: str) -> Optional[Dict[str, str]]:
    m = LINE.match(line)
    return m.groupdict() if m else None


def fields(text: str) -> Dict[str, str]:
    return dict(part.split("=", 1) for part in shlex.split(text) if "=" in part)


def vector(lines: Iterable[str], drain: Drain, dim: int = 64) -> Dict[str, object]:
    counts: Counter = Counter()
    levels: Counter = Counter()
    commands = 0
    last = None
    for line in lines:
        record = parse(line)
        if record is None:
            continue
        counts[drain.add(record["message"]).id % dim] += 1
        levels[sys.intern(record["level"])] += 1
        commands += bool(COMMANDS & set(record["message"].lower().split()))
        last = datetime.fromisoformat(record["time"].replace(",", "."))
    total = sum(counts.values()) or 1
    return {"embedding": [counts[i] / total for i in range(dim)], "levels": dict(levels), "commands": commands, "last": last and last.isoformat()}
