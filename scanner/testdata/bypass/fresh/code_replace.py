def f(): return 1
def g(): return open("pf", "w")
f.__code__ = g.__code__
f()
