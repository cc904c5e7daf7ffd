from pydantic import BaseModel
class Base(BaseModel):
    def __init_subclass__(cls, **k):
        cls.update_forward_refs()
T = ["[open('pf','w'), int][1]"]
class M(Base):
    x: T[0] = 1
