from typing import Dict
from pydantic import BaseModel
class M(BaseModel):
    x: Dict[str, "[open('pf','w'), int][1]"] = {}
