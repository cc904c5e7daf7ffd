"""Valid Python that is rare: what a parser must not take for an error."""
import contextlib
import gzip
import io
from typing import Iterator


def lines(data: bytes, zipped: bool) -> Iterator[str]:
    with (gzip.GzipFile(fileobj=io.BytesIO(data)) if zipped else io.BytesIO(data)) as raw:
        yield from (line.decode() for line in raw)


def quiet(flag):
    with (contextlib.suppress(ValueError) if flag else contextlib.nullcontext()) as a, (contextlib.nullcontext()) as b:
        return a, b


def stars(*args, **kwargs):
    first, *rest = *args, *kwargs.values()
    for x in *rest, first:
        yield x
    return [*rest], {**kwargs, "n": len(rest)}


def lambdas():
    yield lambda *, a=1, **k: (a, k)
    yield lambda a, /, b=2, *c: (a, b, c)
    yield (lambda: (yield))
    yield lambda x=(1 if True else 2): x if x else -x


def odd(x, y):
    x[1:2, ::3, ...] = y
    x[lambda: 1] = x[*y,]
    print(x if y else x, not x, x is not y, x not in y, -x ** -y, ~x @ y, x < y <= 3 != x)
    assert (x := y), f"{x!r:>{10}}" f'{y:%Y-%m-%d}'
    del (x), [y]


async def waits(source, cond):
    async with (source if cond else contextlib.AsyncExitStack()) as s:
        return [i async for i in s if await i] or {k: v async for k, v in s} if cond else (await s async for s in source)


class A(*(object,), **{}):
    x: int; y: "str" = ""; (z): float = 0.0
    if True:
        def f(self): return self.x
    else:
        f = None

    @(lambda fn: fn)
    @staticmethod
    def g(): ...


global_ = 0x_FF + 0b1 + 0o7 + 1_0.0_1e+1_0 + 1.j + .5 + 5.
try: pass
except* (ValueError, TypeError) as e: raise
else: pass
finally: pass
match = type = case = _ = 1
match (match):
    case 1 | -1.5 | 1+2j: pass
    case {"a": [*_, (str() | None) as b], **rest} if b: pass
    case A(x=1, y="a" "b"): pass
match.real, -match
print(*[1], sep="", *[2], **{"end": ""})
