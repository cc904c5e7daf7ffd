import collections
import datetime as dt
import enum
import ipaddress
import pathlib
import re
import typing as t
import uuid
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Deque, Dict, FrozenSet, Iterable, List, Literal, NewType, Optional, Set, Tuple, Union
from uuid import UUID
import annotated_types as at
import pydantic
from annotated_types import Ge, Interval, Len, MaxLen
from pydantic import alias_generators
from pydantic import (AfterValidator, AliasChoices, AliasPath, AnyHttpUrl, AnyUrl, AwareDatetime, BaseModel, BeforeValidator, ConfigDict,
                      Discriminator, EmailStr, Field, FilePath, HttpUrl, Json, NonNegativeFloat, NonNegativeInt, NonPositiveInt,
                      PlainSerializer, PositiveFloat, PositiveInt, SecretStr, StrictBool, StrictInt, StrictStr, StringConstraints,
                      WithJsonSchema, conbytes, condecimal, confloat, confrozenset, conint, conlist, conset, constr)


class Temporal(BaseModel):
    a: datetime
    b: date
    c: time
    d: timedelta
    e: Optional[datetime] = None
    f: dt.datetime
    g: List[date] = []
    h: AwareDatetime
    i: date = Field(ge=date(2020, 1, 1))


class Identifiers(BaseModel):
    a: UUID
    b: uuid.UUID
    c: pydantic.UUID4
    d: AnyUrl
    e: HttpUrl
    f: AnyHttpUrl = Field(max_length=100)
    g: EmailStr
    h: pathlib.Path
    i: FilePath
    j: ipaddress.IPv4Address
    k: SecretStr
    l: re.Pattern
    m: Json
    n: Json[List[int]]


class Money(BaseModel):
    a: Decimal
    b: Decimal = Field(gt=0, le=10)
    c: Decimal = Decimal("1.50")
    d: condecimal(ge=1, max_digits=5, decimal_places=2)
    e: Decimal = Field(max_digits=4)


class Bytes(BaseModel):
    a: bytes
    b: bytes = b"abc"
    c: bytes = Field(min_length=1, max_length=10)
    d: conbytes(min_length=2)


class Constrained(BaseModel):
    a: constr(min_length=1, max_length=5, pattern="^a", strip_whitespace=True)
    b: conint(ge=1, lt=10)
    c: confloat(gt=0, multiple_of=0.5)
    d: conlist(int, min_length=1, max_length=3)
    e: conset(str, min_length=0, max_length=3)
    f: confrozenset(int, min_length=2)
    g: PositiveInt
    h: NonNegativeInt = 0
    i: NonPositiveInt
    j: PositiveFloat
    k: NonNegativeFloat = 0.5
    l: StrictStr
    m: StrictInt
    n: StrictBool


class Annotations(BaseModel):
    a: Annotated[int, Field(ge=1)]
    b: Annotated[str, StringConstraints(min_length=2, to_lower=True)]
    c: Annotated[int, Ge(2), at.Le(9)]
    d: Annotated[List[int], Len(1, 4)]
    e: Annotated[List[Annotated[int, Field(gt=0, description="Each.")]], Field(max_length=3)]
    f: Annotated[float, Interval(gt=0, le=1)] = 0.5
    g: Annotated[int, Field(ge=1, description="first")] = Field(3, ge=5, title="T")
    h: Annotated[Annotated[int, Field(ge=1)], Field(le=5)]
    i: Annotated[Optional[int], Field(ge=1, description="x")] = None
    j: Optional[Annotated[int, Field(ge=1, description="x")]] = None
    k: Annotated[str, "a note"]
    l: Annotated[int, AfterValidator(lambda v: v)]
    m: Annotated[int, BeforeValidator(lambda v: v), Ge(1)]
    n: Annotated[int, PlainSerializer(lambda v: v)]
    o: Annotated[int, WithJsonSchema({"type": "string", "format": "odd"})]
    p: Dict[str, Annotated[int, Field(ge=0, title="Count")]]
    q: Annotated[Dict[str, int], MaxLen(3)]
    r: Annotated[int, Field(deprecated=True)]
    s: Annotated[int, Field(default=4)]
    t: Annotated[Union[int, str], Field(description="either")]
    u: List[Annotated[Union[int, str], Field(description="either")]]


UserId = NewType("UserId", int)
Vector = List[float]
Small = Annotated[int, Field(ge=0, le=9, description="A small one.")]
MaybeText = Optional[str]


class Aliases(BaseModel):
    a: UserId
    b: Vector
    c: Small
    d: List[Small]
    e: MaybeText = None
    f: Optional[MaybeText] = None
    g: Union[MaybeText, int]
    h: Small = Field(5, description="Another.")
    i: Dict[str, Vector] = {}


class Unions(BaseModel):
    a: Union[int, str]
    b: int | str | None = None
    c: Union[int, None]
    d: Union[int, Union[str, None], float]
    e: Union[List[int], list[int]]
    f: Union[int, int]
    g: Optional[Union[int, str]] = Field(None, description="x")
    h: Union[int, float] = Field(1, ge=0)
    i: Union[str, int] = Field("a", min_length=1)
    j: Union[Literal["a"], int]
    k: List[Optional[int]]
    l: Dict[str, Union[int, str, None]]
    m: None | int
    n: Union[int, Any]
    o: Optional[Any] = None
    p: Union[str, bytes, List[str]] = Field(pattern="^a")
    q: Union[None]


class Containers(BaseModel):
    a: Sequence[int]
    b: t.Sequence[str] = ()
    c: FrozenSet[int] = frozenset()
    d: frozenset[str] = frozenset({"b", "a"})
    e: Mapping[str, int]
    f: Deque[int]
    g: deque
    h: Iterable[int]
    i: Tuple[int, ...]
    j: tuple[int, str, float]
    k: Tuple[()]
    l: tuple
    m: Set[int] = {3, 1, 2}
    n: Dict[int, str] = {1: "a"}
    o: dict[str, dict[str, list[int]]]
    p: OrderedDict
    q: collections.Counter
    r: t.DefaultDict[str, int]
    s: Dict[constr(pattern="^x"), int]
    t: Dict[constr(min_length=2), int]
    u: Dict[Literal["a", "b"], int]
    v: Dict[date, int]
    w: List[Tuple[str, int]]
    x: set
    y: Sequence[int] = Field(min_length=1)
    z: t.MutableSequence[int]


class Sized(BaseModel):
    a: Set[int] = Field(min_length=1, max_length=2)
    b: Dict[str, int] = Field(min_length=1, max_length=2)
    c: Tuple[int, ...] = Field(min_length=1, max_length=2)
    d: Iterable[int] = Field(max_length=2)
    e: Optional[List[int]] = Field(None, min_length=1)
    f: FrozenSet[str] = Field(max_length=4)
    g: Mapping[str, int] = Field(min_length=1)
    h: List[int] = Field([], min_items=1, max_items=2)
    i: Deque[int] = Field(max_length=4)
    j: t.DefaultDict[str, int] = Field(min_length=1)
    k: Any = Field(min_length=1)
    l: pathlib.Path = Field(min_length=1)
    m: bool = Field(True, strict=True)


class Literals(BaseModel):
    a: Literal["x"]
    b: Literal["x", "y"] = "x"
    c: Literal[1, 2]
    d: Literal[True]
    e: Literal[None]
    f: Literal["a", 1, None]
    g: Literal[Literal["a"], "b"]
    h: Literal["a", "a", "b"]
    i: Literal[1, True]
    j: Optional[Literal["a", "b"]] = Field(None, description="x")
    k: List[Literal["a", "b"]] = ["a"]
    l: Literal[-1, 0]


class Shade(str, enum.Enum):
    LIGHT = "light"
    DARK = "dark"


class Size(enum.IntEnum):
    """How big."""

    S = 1
    M = 2
    L = enum.auto()


class Mode(enum.StrEnum):
    FAST = enum.auto()
    SLOW = enum.auto()


class Mixed(enum.Enum):
    A = 1
    B = "b"
    C = 2.5
    D = None

    def describe(self):
        return self.name


@enum.unique
class Single(enum.Enum):
    ONLY = "only"


class Pairs(enum.Enum):
    A = (1, 2)
    B = (3, 4)


class Enums(BaseModel):
    a: Shade
    b: Shade = Shade.DARK
    c: Size = Field(Size.S, description="How large.")
    d: Optional[Mode] = Mode.FAST
    e: List[Mixed] = [Mixed.A, Mixed.B]
    f: Dict[Shade, int] = {Shade.LIGHT: 1}
    g: Single
    h: Literal[Shade.LIGHT, Shade.DARK]
    i: Union[Shade, int]
    j: Size = Field(Size.M, title="Size")
    k: Pairs
    l: Set[Shade] = Field(default_factory=set)
    m: str = Shade.DARK.value
    n: Size = Field(description="How big.")


class Alone(BaseModel):
    only: Single = Single.ONLY


class UsesValues(BaseModel):
    model_config = ConfigDict(use_enum_values=True)
    a: Shade = Shade.DARK
    b: Optional[Size] = None


class Inner(BaseModel):
    """One inner thing."""

    value: int = Field(ge=0)


class Other(BaseModel):
    label: str


class Nested(BaseModel):
    a: Inner
    b: Optional[Inner] = None
    c: List[Inner] = []
    d: Dict[str, Inner] = Field(default_factory=dict, description="By name.")
    e: Union[Inner, Other]
    f: Union[Inner, Other, None] = None
    g: Tuple[Inner, Other]
    h: Inner = Field(description="A noted one.", title="Noted", examples=[{"value": 1}])
    i: Inner = Field(default_factory=lambda: Inner(value=1))
    j: Optional[List[Inner]] = Field(None, max_length=3)
    k: Inner = {"value": 3}


class Repeats(BaseModel):
    a: Inner = Field(description="One inner thing.")
    b: Inner


class Node(BaseModel):
    value: int
    next: Optional["Node"] = None
    many: "List[Node]" = []
    map: Dict[str, "Node"] = {}


class Left(BaseModel):
    right: Optional["Right"] = None


class Right(BaseModel):
    left: Optional[Left] = None


class HoldsNode(BaseModel):
    node: Node
    left: Left


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog", "hound"] = "dog"
    bark: str


class Bird(BaseModel):
    kind: Literal[Shade.LIGHT]


class Tagged(BaseModel):
    a: Union[Cat, Dog] = Field(discriminator="kind")
    b: Optional[Union[Cat, Dog]] = Field(None, discriminator="kind")
    c: List[Annotated[Union[Cat, Dog], Field(discriminator="kind")]] = []
    d: Annotated[Union[Cat, Dog], Discriminator("kind")]
    e: Cat | Dog | Bird = Field(discriminator="kind", description="A pet.")
    f: Union[Cat, Dog, None] = Field(default=None, discriminator="kind")


Pet = Annotated[Union[Cat, Dog], Field(discriminator="kind")]


class Pets(BaseModel):
    one: Pet
    many: List[Pet]
    maybe: Optional[Pet] = None
    named: Dict[str, Pet] = {}


class Words(BaseModel):
    a: int = Field(description="")
    b: int = Field(description="  two\n    lines  ")
    c: int = Field(examples=[1, 2])
    d: int = Field(1, deprecated="use c")
    e: int = Field(title="")
    f: int = Field(json_schema_extra={"x-unit": "ms", "examples": [3]})
    g: int = Field(json_schema_extra={"title": "Own", "type": "number"})
    h: Annotated[int, Field(json_schema_extra={"a": 1})] = Field(json_schema_extra={"b": 2})
    i: int = Field(3, frozen=True, exclude=True, repr=False, validate_default=True)
    j: Optional[int] = Field(default=None, description="Maybe.", examples=[None, 1])
    k: int = Field(description=None, title=None, examples=None)
    l: int = Field(ge=None)
    m: str = Field(serialization_alias="other")


class Aliased(BaseModel):
    a: int = Field(alias="aLias")
    b: int = Field(validation_alias="bLias")
    c: int = Field(alias="x", validation_alias="cLias")
    d: int = Field(validation_alias=AliasChoices("first", "second"))
    e: int = Field(validation_alias=AliasPath("path"))
    f: int = Field(validation_alias=AliasPath("path", 0))
    g: int = Field(validation_alias=AliasChoices(AliasPath("p", "q"), "late"))


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=alias_generators.to_camel, populate_by_name=True)
    first_name: str
    b2_c3: int
    alreadyCamel: int
    x: int
    own_alias: int = Field(alias="mine")
    only_out: int = Field(serialization_alias="outOnly")


class CamelChild(Camel):
    child_name: str


class Pascal(BaseModel):
    model_config = ConfigDict(alias_generator=alias_generators.to_pascal)
    first_name: str
    a_1_b: int


class Snake(BaseModel):
    model_config = ConfigDict(alias_generator=alias_generators.to_snake)
    firstName: str
    HTTPServer2: int


class Defaults(BaseModel):
    a: int = -1
    b: float = 1e20
    c: float = 1e-9
    d: float = 100
    e: str = "a\"b<c>&é\u2028"
    f: List[List[int]] = [[1], [2, 3]]
    g: Dict[str, Any] = {"z": 1, "a": {"y": None, "b": True}}
    h: Tuple[int, str] = (1, "a")
    i: Optional[str] = ...
    j: Any = None
    k: bool = not True
    l: str = "%s-%d" % ("a", 1)
    m: int = 2 ** 10
    n: UUID = UUID("12345678-1234-5678-1234-567812345678")
    o: pathlib.Path = pathlib.Path("a/b")
    p: List[int] = Field(default=[1, 2])
    q: int = Field(default=...)
    r: list = list()
    s: dict = dict(a=1)
    t: Set[str] = {"b", "a", "b"}
    u: str = "many " "parts"
    v: int = 0x10
    w: float = .5
    x: float = 1_000.0
