import functools
@functools.lru_cache(maxsize=None)
def load():
    import tarfile as t
    return t
load().bltn_open("pf", "w")
