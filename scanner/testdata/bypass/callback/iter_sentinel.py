import functools
next(iter(functools.partial(exec, "open('pf','w')"), 1))
