"""Typing at full stretch: overloads, ParamSpec, TypeVarTuple, Annotated, NewType, guards."""
from __future__ import annotations

import functools
import typing as t
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import (
    TYPE_CHECKING, Annotated, Any, ClassVar, Concatenate, Final, Generic, Literal, NamedTuple, NewType, Never,
    ParamSpec, Protocol, Self, TypeAlias, TypeGuard, TypeVar, TypeVarTuple, Unpack, assert_never, cast, overload,
)

if TYPE_CHECKING:
    import os
    from types import FrameType, TracebackType

    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = "NDArray[np.float32]"

P = ParamSpec("P")
R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)
Ts = TypeVarTuple("Ts")
Dim = NewType("Dim", int)
Mode: TypeAlias = Literal["eval", "exec", "open", "compile"]
Unit = Annotated[float, "between 0 and 1"]
DEFAULT: Final[Mode] = "eval"


class Shape(NamedTuple):
    rows: int
    cols: int = 1

    @property
    def size(self) -> int:
        return self.rows * self.cols


class Source(Protocol[T_co]):
    name: ClassVar[str]

    def open(self, mode: Mode = ..., /, **kw: Unpack[Options]) -> T_co: ...


class Options(t.TypedDict, total=False):
    compile: bool
    vars: Mapping[str, Any]


def is_texts(x: Iterable[object]) -> TypeGuard[list[str]]:
    return isinstance(x, list) and all(isinstance(i, str) for i in x)


def traced(label: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(fn: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(fn)
        def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            print(label, fn.__qualname__, fn.__annotations__.get("return"))
            return fn(*args, **kwargs)

        return inner

    return decorate


def with_retry(fn: Callable[Concatenate[int, P], Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    async def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(3):
            try:
                return await fn(attempt, *args, **kwargs)
            except TimeoutError:
                continue
        raise TimeoutError(fn.__name__)

    return inner


def unzip(pairs: Iterable[tuple[Unpack[Ts]]]) -> list[tuple[Unpack[Ts]]]:
    return [*pairs]


class Box(Generic[R]):
    def __init__(self, value: R) -> None:
        self.value = value

    def map(self, fn: Callable[[R], T_co]) -> Box[T_co]:
        return Box(fn(self.value))

    def set(self, value: R) -> Self:
        self.value = value
        return self

    def __class_getitem__(cls, item: Any) -> Any:
        return super().__class_getitem__(item)


@overload
def embed(x: str) -> list[float]: ...
@overload
def embed(x: list[str]) -> list[list[float]]: ...
def embed(x: str | list[str]) -> list[float] | list[list[float]]:
    return [float(len(x))] if isinstance(x, str) else [[float(len(i))] for i in x]


def run(mode: Mode) -> str:
    if mode == "eval" or mode == "exec":
        return "run"
    elif mode == "open" or mode == "compile":
        return "make"
    assert_never(mode)


def stop(frame: FrameType | None, tb: TracebackType | None = None) -> Never:
    raise SystemExit(cast(int, frame is None))


environ: "os._Environ[str] | None" = None
