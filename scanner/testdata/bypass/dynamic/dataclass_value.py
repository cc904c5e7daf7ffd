import os, dataclasses
@dataclasses.dataclass
class Config:
    op: str = "system"
getattr(os, Config().op)("id>pf")
