from json import loads as my_j
import functools, typing
f = functools.singledispatch(lambda x: 0)
Alias = typing.Optional[my_j('"open(\'pf\',\'w\')"')]

def h(x: Alias=None):
    return x
try:
    f.register(h)
except TypeError:
    pass
