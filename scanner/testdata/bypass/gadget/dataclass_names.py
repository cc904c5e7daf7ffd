from dataclasses import dataclass
@dataclass(init=False, repr=False)
class D:
    __annotations__ = {"x, open('pf','w')": int}
    x = 1
D() == D()
