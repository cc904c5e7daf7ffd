from __future__ import annotations
import dataclasses
from dataclasses import dataclass, field, asdict, replace
from typing import Optional, Literal, Union
import yaml

@dataclass(frozen=True)
class Config:
    model: str = "small"
    os: str = "linux"
    sys: dict = field(default_factory=dict)
    code: Optional[str] = None
    mode: Literal["eval", "train"] = "eval"
    window: Union[int, float] = 5

    def with_(self, **kw) -> Config:
        unknown = set(kw) - {f.name for f in dataclasses.fields(self)}
        if unknown:
            raise TypeError(f"unknown: {sorted(unknown)}")
        return replace(self, **kw)

class Service:
    def __init__(self, config: Config | None = None):
        self.config = config or Config()

    def describe(self):
        c = self.config
        return f"{c.model} on {self.config.os}, {c.os.upper()}, {len(self.config.sys)} {c.sys.get('x')}"

def parse(text: str) -> Config:
    return Config(**yaml.safe_load(text))

print(asdict(Config().with_(window=2)), Service().describe())
