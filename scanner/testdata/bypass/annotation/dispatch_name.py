import functools
T = "open('pf','w')"
@functools.singledispatch
def f(x):
    pass
try:
    @f.register
    def _(x: T):
        pass
except TypeError:
    pass
