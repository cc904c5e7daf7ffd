from datetime import datetime, timezone
from typing import Annotated, Any, Literal, Optional
from uuid import UUID, uuid4
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

class Box(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    x: float = Field(ge=0)
    y: float = Field(ge=0)
    w: Annotated[float, Field(gt=0)]
    h: Annotated[float, Field(gt=0)]

    @property
    def area(self) -> float:
        return self.w * self.h

class Detection(BaseModel):
    id: UUID = Field(default_factory=uuid4)
    at: datetime = Field(default_factory=lambda: datetime.now(timezone.utc))
    label: Literal["cat", "dog", "os"] = "cat"
    box: Optional[Box] = None
    extra: dict[str, Any] = {}

    @field_validator("label", mode="before")
    @classmethod
    def lower(cls, v):
        return v.lower() if isinstance(v, str) else v

    @model_validator(mode="after")
    def check(self):
        if self.box is not None and self.box.area > 1e9:
            raise ValueError("too large")
        return self

def parse(text: str) -> list[Detection]:
    import json
    return [Detection.model_validate(d) for d in json.loads(text)]

print(Detection(label="DOG").model_dump_json())
