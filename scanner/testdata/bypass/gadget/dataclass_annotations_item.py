import dataclasses
class D:
    z = 1
    z: int
    __annotations__.clear()
    __annotations__["z, open('pf','w')"] = int
D = dataclasses.dataclass(D, init=False, repr=False)
D() == D()
