import math
import operator as op
from functools import singledispatch
from typing import Any

OPS = {"+": op.add, "-": op.sub, "*": op.mul, "/": op.truediv, "^": op.pow, "eval": lambda x: x}
FUNCS = {"sqrt": math.sqrt, "log": math.log, "abs": abs, "max": max, "len": len, "sum": sum}

def calc(node):
    """Evaluates nested lists, without eval."""
    if isinstance(node, (int, float)):
        return node
    if isinstance(node, str):
        raise ValueError(node)
    head, *args = node
    args = [calc(a) for a in args]
    return OPS[head](*args) if head in OPS else FUNCS[head](*args)

@singledispatch
def show(x: Any) -> str:
    return repr(x)
@show.register(list)
@show.register(tuple)
def _(x):
    return "[" + ", ".join(map(show, x)) + "]"
@show.register
def _(x: dict) -> str:
    return "{" + ", ".join(f"{k}: {show(v)}" for k, v in x.items()) + "}"
print(calc(["+", 1, ["*", 2, ["sqrt", 16]]]), show([{"a": (1, 2)}]))
