import functools
f = functools.singledispatch(len)
reg = f.register
def g(x):
    return x
g.__annotations__["x"] = "open('pf','w')"
try:
    reg(g)
except TypeError:
    pass
