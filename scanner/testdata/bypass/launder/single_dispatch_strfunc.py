def my_s(x):
    return x
from functools import singledispatch

@singledispatch
def f(x):
    pass
try:

    @f.register
    def _(x: my_s("open('pf','w')")):
        pass
except TypeError:
    pass
