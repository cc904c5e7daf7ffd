from functools import singledispatch
@singledispatch
def f(x):
    pass
try:
    @f.register
    def _(x: int) -> "open('pf','w')":
        pass
except TypeError:
    pass
