import dataclasses
class D:
    y: int
    y = 1
    __annotations__.update({"y, open('pf','w')": int})
    __annotations__.pop("y")
dataclasses.dataclass(init=False, repr=False)(D)
D() == D()
