from typing import Optional, List
import pydantic
try:

    class M(dict(zip('a', [pydantic]))['a'].BaseModel):
        x: dict(zip('a', [Optional]))['a'][dict(zip('a', [List]))['a']["[open('pf','w'), int][1]"]] = None
    M.update_forward_refs()
except Exception:
    pass
