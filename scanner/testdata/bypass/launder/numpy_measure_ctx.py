import contextlib as my_c

def my_ctx(x):
    with my_c.nullcontext(x) as y:
        return y
import numpy.testing as t
my_ctx(t).measure("open('pf','w')")
