from __future__ import annotations
import collections.abc
import typing as t
from typing import TYPE_CHECKING, Annotated, Callable, Generic, Iterable, Literal, Mapping, NamedTuple, NewType, TypeVar, Union, cast
import numpy as np
from jaxtyping import Float
from pydantic import Field
from torch import Tensor
if TYPE_CHECKING:
    from .other import Thing
    import polars as pl

T = TypeVar("T", bound="Base")
Id = NewType("Id", int)
Json = Union[None, bool, int, float, str, "list[Json]", "dict[str, Json]"]
Vec = Annotated[list[float], Field(min_length=1, description="A vector (of floats)")]
Mode = Literal["eval", "exec", "single"]

class Base(Generic[T]):
    child: t.Optional["Base[T]"] = None
    fn: Callable[["Base", int], "np.ndarray | None"]
    def of(self: T, x: Float[Tensor, "batch dim"], y: "Float[Tensor, 'b n d']" = None) -> T:
        return self
    def frame(self) -> pl.DataFrame: ...
    def thing(self) -> "Thing": ...

class Row(NamedTuple):
    id: Id
    tags: tuple[str, ...] = ()

class Opts(t.TypedDict, total=False):
    mode: Mode
    os: str

def take(xs: Iterable[T], n: int = 1) -> list[T]:
    return cast("list[T]", [x for _, x in zip(range(n), xs)])

def is_map(x: object) -> t.TypeGuard[Mapping[str, t.Any]]:
    return isinstance(x, collections.abc.Mapping)
