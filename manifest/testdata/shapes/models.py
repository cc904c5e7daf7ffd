import typing as t
from decimal import Decimal
from typing import Dict, Generic, List, Optional, TypeVar, Union
from pydantic import (BaseModel, ConfigDict, Field, PrivateAttr, RootModel, computed_field, field_serializer, field_validator,
                      model_validator)


class Inner(BaseModel):
    """One inner thing."""

    value: int = Field(ge=0)


class Other(BaseModel):
    label: str


class Parent(BaseModel):
    """The parent."""

    model_config = ConfigDict(extra="forbid", title="Parent title")
    a: int = 1
    b: str = Field("x", description="of the parent")
    c: Optional[int] = None


class Child(Parent):
    b: int
    d: float = 0.5


class GrandChild(Child):
    """The grandchild."""

    model_config = ConfigDict(title="Grand", extra="allow")
    a: str = "over"


class Mixin:
    def helper(self):
        return 1


class First(BaseModel):
    a: int = 1
    b: int = 2


class Second(BaseModel):
    b: str = "second"
    c: str = "c"


class Both(First, Second, Mixin):
    d: int


class DiamondBase(BaseModel):
    x: int = 1


class DiamondLeft(DiamondBase):
    y: int = 2


class DiamondRight(DiamondBase):
    x: str = "r"
    z: int = 3


class Diamond(DiamondLeft, DiamondRight):
    pass


class Bare(BaseModel):
    ...


class Keywords(BaseModel, extra="forbid", title="By keyword"):
    a: int


class OldConfig(BaseModel):
    a: str

    class Config:
        """Old."""

        extra = "forbid"
        title = "Old"
        json_schema_extra = {"examples": [{"a": "b"}], "x": {"b": 1, "a": 2}}


class Bounded(BaseModel):
    model_config = ConfigDict(str_min_length=2, str_max_length=9)
    a: str
    b: str = Field(min_length=4)
    c: List[str] = []
    d: Inner
    e: Decimal


class Documented(BaseModel):
    model_config = {"use_attribute_docstrings": True}
    a: int
    """What a is.

        And more.
    """
    b: int = Field(description="kept")
    """Not taken."""
    c: int


class Tabs(BaseModel):
    """First line.

	Tabbed.
	    More.

    """

    a: int


class Blank(BaseModel):
    ""

    a: int


class Spaces(BaseModel):
    """   """

    a: int


class Titles(BaseModel):
    a_b: int
    aB: int
    HTTP_url: int
    x1y: int
    trailing_: int
    éa: int


class Methods(BaseModel):
    _hidden: int = PrivateAttr(default=3)
    LIMIT: t.ClassVar[int] = 5
    OTHER: "t.ClassVar[int]" = 5
    a: int = 1

    @property
    def twice(self):
        return 2 * self.a

    @computed_field
    @property
    def area(self) -> float:
        return 1.0

    @field_validator("a", mode="before")
    @classmethod
    def check(cls, v):
        return v

    @model_validator(mode="after")
    def whole(self):
        return self

    @field_serializer("a")
    def out(self, v):
        return v

    @staticmethod
    def static():
        return 1


class Validated(BaseModel):
    inner: Inner
    m: Methods


class Tags(RootModel[List[str]]):
    """Some tags."""


class Table(RootModel):
    root: Dict[str, Inner] = Field(description="The table.")


class OneOf(RootModel[Union[Inner, Other]]):
    pass


class JustInner(RootModel[Inner]):
    pass


class WithDefault(RootModel[int]):
    root: int = 3


class UsesRoots(BaseModel):
    a: Tags
    b: Optional[Table] = None
    c: List[OneOf]
    d: JustInner


T = TypeVar("T")
K = TypeVar("K", bound=Inner)
N = TypeVar("N", int, float)


class Box(BaseModel, Generic[T]):
    """A box."""

    item: T
    more: List[T] = []


class Pair(BaseModel, Generic[T, K]):
    one: T
    two: K


class IntBox(Box[int]):
    extra: str = ""


class Numbers(BaseModel, Generic[N]):
    n: N


class Generics(BaseModel):
    a: Box[int]
    b: Box[str]
    c: Box[Inner]
    d: Box
    e: List[Box[float]]
    f: Pair[int, Inner]
    g: IntBox
    h: Numbers


# compare: Box[int] Box[Inner] Pair[str,Inner]


class Page(BaseModel, Generic[T]):
    items: List[Box[T]]
    next: Optional["Page[T]"] = None


# compare: Page[int] Page[Inner]


class Shadow(BaseModel):
    type: str
    id: int
    list_: List[int]
    format: Optional[str] = None


class Lone(BaseModel):
    inner: Inner


class Deep(BaseModel):
    lone: Lone
    again: Inner


class NullOnly(BaseModel):
    a: None = None
    b: Optional[None] = None


class Numeric(BaseModel):
    a: int = Field(gt=0, ge=1, lt=10, le=9, multiple_of=2)
    b: float = Field(gt=0, ge=1.5, lt=10, le=9, multiple_of=0.25)
    c: Optional[float] = Field(None, ge=-1, le=1)
    e: bool = Field(True, ge=0)
    f: int = Field(1, ge=-5)
    g: float = Field(allow_inf_nan=False)
