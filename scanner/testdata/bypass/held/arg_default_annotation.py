from functools import singledispatch
f = singledispatch(print)
class Hints(dict):
    def __missing__(self, k):
        return "open('pf','w')"
h = Hints()
def g(x: h["a"]):
    return x
try:
    f.register(g)
except TypeError:
    pass
