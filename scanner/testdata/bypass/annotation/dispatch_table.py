from functools import singledispatch
HINTS = {"a": "open('pf','w')"}
f = singledispatch(print)
def g(x: HINTS["a"]):
    pass
try:
    f.register(g)
except TypeError:
    pass
