"""Dataclasses of every sort, and attrs, cattrs and msgspec beside them."""
from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import fractions
import uuid
from dataclasses import KW_ONLY, InitVar, asdict, astuple, dataclass, field, fields, is_dataclass, replace
from typing import Any, ClassVar, Optional

import attr
import attrs
import cattrs
import msgspec


@dataclass(order=True, unsafe_hash=True, slots=True)
class Version:
    major: int
    minor: int = 0
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> Version:
        numbers = [int(p) for p in text.lstrip("v").split(".")]
        return cls(*(numbers + [0] * (3 - len(numbers))))

    def __str__(self) -> str:
        return ".".join(map(str, astuple(self)))


@dataclass
class Point:
    x: float
    y: float
    _: KW_ONLY
    label: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex, repr=False, compare=False)
    when: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.timezone.utc))
    scale: InitVar[Optional[float]] = None
    origin: ClassVar[tuple] = (0.0, 0.0)

    def __post_init__(self, scale: Optional[float]) -> None:
        if scale is not None:
            self.x *= scale
            self.y *= scale

    def __add__(self, other: Point) -> Point:
        return replace(self, x=self.x + other.x, y=self.y + other.y)

    def __abs__(self) -> float:
        return (self.x ** 2 + self.y ** 2) ** 0.5

    def __bool__(self) -> bool:
        return abs(self) > 0

    def __iter__(self):
        yield from (self.x, self.y)


@attrs.define(kw_only=True)
class Model:
    name: str = attrs.field(validator=[attrs.validators.instance_of(str), attrs.validators.min_len(1)])
    dim: int = attrs.field(default=384, converter=int)
    tags: list[str] = attrs.Factory(list)

    @dim.validator
    def _positive(self, attribute: attrs.Attribute, value: int) -> None:
        if value <= 0:
            raise ValueError(f"{attribute.name} must be positive")


@attr.s(auto_attribs=True, frozen=True)
class Old:
    path: str
    weight: float = attr.ib(default=1.0)


class Event(msgspec.Struct, tag=True, omit_defaults=True):
    kind: str
    at: float
    payload: dict[str, Any] = msgspec.field(default_factory=dict)


def flat(obj: Any, prefix: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for f in fields(obj):
        value = getattr(obj, f.name)
        if is_dataclass(value) and not isinstance(value, type):
            out.update(flat(value, f"{prefix}{f.name}."))
        else:
            out[prefix + f.name] = value
    return out


Dynamic = dataclasses.make_dataclass("Dynamic", [("a", int), ("b", float, field(default=0.5))])


def ratio(a: str, b: str) -> fractions.Fraction:
    with decimal.localcontext() as context:
        context.prec = 28
        return fractions.Fraction(decimal.Decimal(a)) / fractions.Fraction(decimal.Decimal(b))


def roundtrip() -> tuple:
    m = cattrs.structure({"name": "e5", "dim": "768"}, Model)
    e = msgspec.json.decode(msgspec.json.encode(Event("load", 1.5)), type=Event)
    return cattrs.unstructure(m), msgspec.structs.asdict(e), asdict(Point(1, 2, scale=2.0)), flat(Version.parse("v1.2")), Old("x"), Dynamic(1)
