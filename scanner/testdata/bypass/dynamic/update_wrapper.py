import functools, os
def f():
    pass
functools.update_wrapper(f, os, assigned=["system"], updated=[])
f.system("id>pf")
