import contextlib as my_c

def my_ctx(x):
    with my_c.nullcontext(x) as y:
        return y
import pandas as pd, os
my_ctx(pd).eval("os.system('id>pf')")
