from pydantic import BaseModel
try:
    class M(BaseModel):
        x: "open('pf','w')" = 1
except Exception:
    pass
