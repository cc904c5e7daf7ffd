import dataclasses
class D:
    x = 1
D.__annotations__ = {"x, open('pf','w')": int}
dataclasses.dataclass(init=False, repr=False)(D)
D() == D()
