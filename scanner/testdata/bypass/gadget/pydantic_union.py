from typing import Optional, List
import pydantic
try:
    class M(pydantic.BaseModel):
        x: Optional[List["[open('pf','w'), int][1]"]] = None
    M.update_forward_refs()
except Exception:
    pass
