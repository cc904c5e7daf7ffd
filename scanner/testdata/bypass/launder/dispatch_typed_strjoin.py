import functools, typing
f = functools.singledispatch(lambda x: 0)
Alias = typing.Optional[''.join(['op', "en('pf','w')"])]

def h(x: Alias=None):
    return x
try:
    f.register(h)
except TypeError:
    pass
