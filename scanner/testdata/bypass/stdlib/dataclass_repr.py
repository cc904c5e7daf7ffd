import dataclasses
@dataclasses.dataclass(init=False, eq=False)
class D:
    __annotations__ = dict([("x or open('pf','w')", int)])
    x = 0
repr(D())
