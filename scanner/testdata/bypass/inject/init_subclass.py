import dataclasses
class Base:
    def __init_subclass__(cls, names=()):
        cls.__annotations__ = dict.fromkeys(names, int)
@dataclasses.dataclass(init=False, repr=False)
class D(Base, names=["x, open('pf','w')"]):
    x = 1
D() == D()
