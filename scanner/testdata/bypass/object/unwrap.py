import functools, os
@functools.lru_cache
def f(c):
    return os.system(c)
f.__wrapped__("id>pf")
