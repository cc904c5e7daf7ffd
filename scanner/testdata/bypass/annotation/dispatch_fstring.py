from functools import singledispatch
f = singledispatch(print)
mode = "w"
try:
    @f.register
    def _(x: f"open('pf','{mode}')"):
        pass
except TypeError:
    pass
