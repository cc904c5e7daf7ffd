import bz2
def f(m=bz2):
    return m
f()._builtin_open("pf", "w")
