import dataclasses, types, typing
T = typing.TypedDict("T", {"x, open('pf','w')": int})
T.__doc__ = "x"
dataclasses.dataclass(init=False, repr=False)(T)
n = types.SimpleNamespace(x=1)
T.__eq__(n, n)
