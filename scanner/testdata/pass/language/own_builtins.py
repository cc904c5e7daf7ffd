"""Functions and methods of our own that share a name with a builtin.  They are ours, not Python's."""
import re
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Optional


def compile(pattern: str, *flags: str) -> "re.Pattern[str]":
    bits = 0
    for flag in flags:
        bits |= {"i": re.I, "m": re.M, "s": re.S, "x": re.X}[flag]
    return re.compile(pattern, bits)


WORD = compile(r"\w+", "i")
LINE = compile(r"^.*$", "m")


def open(source: Any, *, encoding: str = "utf-8") -> List[str]:
    """Not the builtin: takes bytes or text that is in memory already."""
    text = source.decode(encoding) if isinstance(source, (bytes, bytearray)) else str(source)
    return LINE.findall(text)


def eval(model, batches: Iterable) -> float:
    model.eval()
    scores = [float(model(x).mean()) for x in batches]
    return sum(scores) / max(1, len(scores))


def vars(text: str) -> List[str]:
    return re.findall(r"\$\{(\w+)\}", text)


@dataclass
class Plan:
    open: bool = True
    compile: bool = False
    eval: Optional[str] = None
    exec: List[str] = field(default_factory=list)
    globals: Dict[str, Any] = field(default_factory=dict)
    locals: Dict[str, Any] = field(default_factory=dict)
    input: str = ""

    def setattr(self, name: str, value: Any) -> "Plan":
        self.locals[name] = value
        return self

    def delattr(self, name: str) -> None:
        self.locals.pop(name, None)


class Session:
    def __init__(self) -> None:
        self.closed = True
        self.statements: List[str] = []

    def open(self) -> "Session":
        self.closed = False
        return self

    reopen = open

    def exec(self, statement: str, *params: Any) -> int:
        self.statements.append(statement)
        return len(params)

    def system(self, name: str) -> str:
        return name.upper()

    def popen(self, queue: List[Any]) -> Any:
        return queue.pop(0)

    def load(self, data: bytes) -> List[str]:
        return open(data)

    def __import__(self, name: str) -> str:
        return name


def run(plan: Plan, model, batches) -> Dict[str, Any]:
    session = Session().open()
    if plan.compile:
        model = model.compile()
    n = session.exec("select 1", plan.open, plan.input)
    score = eval(model, batches)
    lines = open(b"one\ntwo")
    return {"n": n, "score": score, "lines": lines, "system": session.system("linux"), "vars": vars(plan.input), "x": session.reopen().closed}


class Graph:
    exec = staticmethod(lambda node: node())
    globals = property(lambda self: dict(self._globals))

    def __init__(self):
        self._globals = {}

    def fork(self):
        clone = type(self)()
        clone._globals.update(self.globals)
        return clone

    def kill(self, node):
        self._globals.pop(node, None)
