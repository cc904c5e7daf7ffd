import contextlib as my_c

def my_ctx(x):
    with my_c.nullcontext(x) as y:
        return y
from pathlib import PosixPath as P
with my_ctx(P)('pf').open('w') as f:
    f.write('')
