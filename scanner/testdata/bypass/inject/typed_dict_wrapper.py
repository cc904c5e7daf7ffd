import dataclasses, functools
from typing import TypedDict
T = TypedDict("T", {"x, open('pf','w')": int})
T.__doc__ = "x"
class D:
    x = 1
functools.update_wrapper(D, T, updated=())
dataclasses.dataclass(init=False, repr=False)(D)
D() == D()
