from pydantic import BaseModel
try:

    class M(BaseModel):
        x: ''.join(['op', "en('pf','w')"]) = 1
except Exception:
    pass
