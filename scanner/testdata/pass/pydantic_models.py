from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional

from pydantic import BaseModel, Field, field_validator


class Input(BaseModel):
    text: str = Field(..., description="eval this text")
    mode: Literal["exec", "(eval)"] = "exec"
    other: Optional["Input"] = None

    @field_validator("text")
    @classmethod
    def strip(cls, v: str) -> str:
        return v.strip()
