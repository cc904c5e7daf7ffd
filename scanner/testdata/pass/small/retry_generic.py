import functools
import random
import time
from typing import Callable, ParamSpec, TypeVar, Generic, Protocol, runtime_checkable, overload

P = ParamSpec("P")
T = TypeVar("T")

@runtime_checkable
class Embedder(Protocol):
    def embed(self, texts: "list[str]") -> "list[list[float]]": ...

class Result(Generic[T]):
    def __init__(self, value: T | None = None, error: Exception | None = None):
        self.value, self.error = value, error
    def __bool__(self): return self.error is None

def retry(times: int = 3, on: tuple[type[Exception], ...] = (IOError,), sleep=time.sleep):
    def deco(fn: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(fn)
        def inner(*a: P.args, **k: P.kwargs) -> T:
            for i in range(times):
                try:
                    return fn(*a, **k)
                except on:
                    if i + 1 == times:
                        raise
                    sleep(2 ** i * random.uniform(0.5, 1))
            raise AssertionError("unreachable")
        inner.__wrapped__ = fn
        return inner
    return deco

@overload
def first(xs: list[T]) -> T: ...
@overload
def first(xs: list[T], default: T) -> T: ...
def first(xs, default=None):
    return next(iter(xs), default)
