from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, ClassVar, Dict, List, Literal, Optional, Set, Tuple, Union

import pydantic
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, field_validator

MAX_LEN = 512


class Scalars(BaseModel):
    text: str
    count: int
    score: float
    flag: bool
    blob: bytes
    anything: Any
    nothing: None = None


class Defaults(BaseModel):
    """What a caller may leave out.

        Indented further.
    Back again.
    """

    text: str = "hello"
    count: int = 3
    score: float = 1.0
    tiny: float = 1e-7
    whole: float = 2
    flag: bool = True
    names: List[str] = ["a", "b"]
    table: Dict[str, int] = {"a": 1}
    computed: int = 4 * 256
    joined: str = "a" + "b"


class Optionals(BaseModel):
    a: Optional[str] = None
    b: str | None = None
    c: Optional[int]
    d: Union[int, str]
    e: Union[int, None, str] = 3
    f: Optional[List[Optional[float]]] = None


class Containers(BaseModel):
    a: list
    b: List[int]
    c: list[list[float]]
    d: dict
    e: Dict[str, Any]
    f: dict[str, List[int]]
    g: Tuple[int, ...]
    h: Tuple[int, str]
    i: Set[str]


class Bounds(BaseModel):
    a: int = Field(3, ge=1, le=10, description="How many.")
    b: float = Field(..., gt=0, lt=1.5)
    c: str = Field(default="x", min_length=1, max_length=MAX_LEN, pattern="^[a-z]+$")
    d: List[str] = Field(default_factory=list, min_length=1, max_length=5)
    e: Dict[str, int] = Field(default_factory=dict)
    f: Optional[int] = Field(None, ge=0)
    g: int = Field(multiple_of=5)
    h: str = Field("t", title="A Title", examples=["one", "two"])
    i: int = Field(default=1, json_schema_extra={"unit": "ms"})
    j: str = Field("old", deprecated=True)


class Choices(BaseModel):
    a: Literal["x", "y"]
    b: Literal["only"] = "only"
    c: Literal[1, 2, 3] = 2
    d: Literal["a", 1] = "a"
    e: Optional[Literal["p", "q"]] = None


class Inner(BaseModel):
    """One inner thing."""

    value: int
    label: str = ""


class Nested(BaseModel):
    one: Inner
    maybe: Optional[Inner] = None
    many: List[Inner] = Field(default_factory=list)
    table: Dict[str, Inner] = {}
    noted: Inner = Field(..., description="The noted one.")
    either: Union[Inner, Scalars]


class Tree(BaseModel):
    value: int
    children: List["Tree"] = []
    parent: Optional[Tree] = None


class Holder(BaseModel):
    tree: Tree


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Level(Enum):
    """How high."""

    LOW = 1
    HIGH = 2


class Paint(str, Enum):
    MATT = "matt"
    GLOSS = "gloss"


class Enums(BaseModel):
    color: Color
    level: Level = Level.LOW
    paint: Optional[Paint] = None
    more: List[Color] = Field(default_factory=list, description="More of them.")


class Base(BaseModel):
    id: str
    kind: str = "base"


class Derived(Base):
    kind: str = "derived"
    extra: int = 0


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    a: int


class Open(BaseModel):
    model_config = {"extra": "allow", "title": "Opened"}
    a: int


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    inner_name: str = Field(alias="outerName")
    http_url_2: str = Field("x", alias="http_url")


class Methods(BaseModel):
    LIMIT: ClassVar[int] = 5
    _private: int = 3
    value: Annotated[int, Field(ge=1)] = 2
    noted: Annotated[str, Field(description="Noted.", max_length=5)]

    @field_validator("value")
    @classmethod
    def check(cls, v):
        return v

    def double(self) -> int:
        return self.value * 2


class Library(BaseModel):
    when: datetime
    day: date
    key: uuid.UUID
    link: HttpUrl
    model: pydantic.PositiveInt = 1


class Empty(BaseModel):
    pass


class Words(BaseModel):
    a1b: int
    some_long_name: int
    camelCase: int
    URL: str
    x2_y: int
