import operator
async def c():
    pass
x = c()
step = lambda o, tail: operator.attrgetter([n for n in dir(o) if n.endswith(tail)][0])(o)
step(step(x, "_frame"), "_builtins")["open"]("pf", "w")
x.close()
