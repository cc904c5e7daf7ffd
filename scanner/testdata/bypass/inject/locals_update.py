import dataclasses
@dataclasses.dataclass(init=False, repr=False)
class D:
    x: int
    x = 1
    locals()["__annotations__"] = {"x, open('pf','w')": int}
D() == D()
