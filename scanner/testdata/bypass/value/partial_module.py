import functools, numpy
f = functools.partial(lambda m, n: m._builtins.exec(n), numpy)
f("open('pf','w')")
