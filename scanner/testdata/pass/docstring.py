"""Explains why __globals__ and f.__code__ must not be used, nor eval().

import subprocess
"""
# import subprocess; eval("1")


def f():
    """Does not use obj.__subclasses__()."""
    return 1
