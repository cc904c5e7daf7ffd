from pydantic import BaseModel
T = "[open('pf','w'), int][1]"
class M(BaseModel):
    x: T = 1
