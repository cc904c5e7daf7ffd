from typing import Optional, List
import pydantic
try:

    class M(pydantic.BaseModel):
        x: Optional[List[''.join(['[o', "pen('pf','w'), int][1]"])]] = None
    M.update_forward_refs()
except Exception:
    pass
