"""Settings from the environment, checked by pydantic; versions and platform asked politely."""
from __future__ import annotations

import functools
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any, Literal, Optional

import torch
import transformers
from dotenv import dotenv_values
from packaging.version import Version
from pydantic import (
    AliasChoices, AnyHttpUrl, BaseModel, ByteSize, ConfigDict, Field, PositiveInt, SecretStr, ValidationInfo,
    computed_field, field_validator, model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

HERE = os.path.dirname(os.path.abspath(__file__))
ASSETS = Path(HERE).joinpath("assets")
IS_LINUX = sys.platform.startswith("linux")
IS_ARM = platform.machine().lower() in {"arm64", "aarch64"}

if sys.version_info >= (3, 11):
    from enum import StrEnum
else:
    from enum import Enum

    class StrEnum(str, Enum):
        pass

if Version(transformers.__version__) < Version("4.30"):
    raise ImportError(f"transformers {transformers.__version__} is too old")


class Precision(StrEnum):
    FP32 = "fp32"
    FP16 = "fp16"
    BF16 = "bf16"

    @property
    def dtype(self) -> torch.dtype:
        return {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[self.value]


class Limits(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    batch: PositiveInt = 32
    memory: ByteSize = Field("2GiB", validate_default=True)
    open: PositiveInt = Field(64, description="files open at once")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="EMBED_", env_nested_delimiter="__", case_sensitive=False, frozen=True)

    model: str = Field("intfloat/e5-small-v2", validation_alias=AliasChoices("MODEL_NAME", "EMBED_MODEL"))
    url: Optional[AnyHttpUrl] = None
    key: SecretStr = SecretStr("")
    precision: Precision = Precision.FP32
    mode: Literal["eval", "train"] = "eval"
    compile: bool = False
    limits: Limits = Limits()

    @field_validator("model")
    @classmethod
    def _known(cls, value: str, info: ValidationInfo) -> str:
        if value.count("/") != 1:
            raise ValueError(f"{info.field_name} must look like owner/name")
        return value

    @model_validator(mode="after")
    def _fits(self) -> "Settings":
        if self.precision is not Precision.FP32 and self.device == "cpu":
            raise ValueError("half precision needs a GPU")
        return self

    @computed_field
    @property
    def device(self) -> str:
        return "cuda" if torch.cuda.is_available() else "cpu"


@functools.lru_cache(maxsize=None)
def settings() -> Settings:
    defaults = {k: v for k, v in dotenv_values(os.path.join(HERE, "defaults.env")).items() if v}
    return Settings(**json.loads(os.environ.get("EMBED_OVERRIDES", "{}")), **defaults)


def env_flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def model_path(name: str) -> str:
    for folder in filter(None, (os.environ.get("MODEL_DIR"), str(ASSETS), os.path.expanduser("~/.cache/models"))):
        candidate = os.path.join(folder, name)
        if os.path.isfile(candidate) and os.path.getsize(candidate) > 0:
            return os.path.realpath(candidate)
    raise FileNotFoundError(f"{name} in none of the model folders")


def describe() -> dict[str, Any]:
    return {
        "python": platform.python_implementation(),
        "relative": os.path.relpath(ASSETS, HERE), "split": os.path.splitext("a/b.onnx"), "sep": os.sep, "linux": IS_LINUX, "arm": IS_ARM, "name": os.name,
        "cuda": torch.version.cuda, "threads": torch.get_num_threads(), "flags": env_flag("DEBUG"), "line": repr(os.linesep), "args": sys.argv[:1],
    }
