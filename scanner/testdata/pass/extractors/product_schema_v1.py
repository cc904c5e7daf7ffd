"""Products to vectors, with pydantic as it was before 2."""
import datetime
import re
from decimal import Decimal
from enum import Enum, unique
from typing import Any, Dict, FrozenSet, List, Optional, Tuple, Union

import numpy as np
from pydantic import BaseModel, BaseSettings, Extra, Field, HttpUrl, PrivateAttr, conint, constr, root_validator, validator
from pydantic.generics import GenericModel


@unique
class Currency(str, Enum):
    EUR = "EUR"
    USD = "USD"
    JPY = "JPY"

    @property
    def digits(self) -> int:
        return 0 if self is Currency.JPY else 2


class Money(BaseModel):
    amount: Decimal
    currency: Currency = Currency.EUR

    class Config:
        allow_mutation = False
        json_encoders = {Decimal: lambda d: format(d, "f")}

    @validator("amount", pre=True)
    def _parse(cls, value: Any) -> Decimal:
        if isinstance(value, str):
            value = re.sub(r"[^\d,.-]", "", value).replace(",", ".")
        return Decimal(value)


class Product(BaseModel):
    sku: constr(regex=r"^[A-Z0-9-]{3,32}$")
    title: str = Field(..., min_length=1, max_length=500)
    price: Optional[Money] = None
    images: List[HttpUrl] = []
    stock: conint(ge=0) = 0
    attributes: Dict[str, Union[str, float, bool]] = {}
    labels: FrozenSet[str] = frozenset()
    open: bool = True
    updated: datetime.datetime = Field(default_factory=datetime.datetime.utcnow)
    _slug: str = PrivateAttr("")

    class Config:
        extra = Extra.ignore
        anystr_strip_whitespace = True
        fields = {"attributes": {"alias": "attrs"}}

    def __init__(self, **data: Any) -> None:
        super().__init__(**data)
        self._slug = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")

    @root_validator(skip_on_failure=True)
    def _sold_out(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        values["open"] = values["open"] and values["stock"] > 0
        return values

    @validator("labels", each_item=True, pre=True)
    def _fold(cls, v: str) -> str:
        return v.casefold()

    def vector(self, dim: int = 32) -> np.ndarray:
        out = np.zeros(dim)
        for key, value in self.dict(include={"title", "labels", "attributes"}).items():
            for i, ch in enumerate(f"{key}={value}"):
                out[(ord(ch) * 31 + i) % dim] += 1
        return out / (np.linalg.norm(out) or 1.0)


class Settings(BaseSettings):
    dim: int = 32
    api_key: str = ""

    class Config:
        env_prefix = "PRODUCT_"


def extract(raw: Dict[str, Any]) -> Dict[str, Any]:
    product = Product.parse_obj(raw)
    return {"embedding": product.vector(Settings().dim).tolist(), "sku": product.sku, "schema": Product.schema()["title"], "json": product.json(exclude_unset=True)}


def keys() -> Tuple[str, ...]:
    return tuple(Product.__fields__) + (GenericModel.__name__,)
