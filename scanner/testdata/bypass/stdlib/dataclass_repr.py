import dataclasses
@dataclasses.dataclass(init=False, eq=False)
class D:
    __annotations__ = dict([("x!r}{open('pf','w')}{self.x", int)])
    x = 1
repr(D())
