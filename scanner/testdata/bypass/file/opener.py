import functools, io
functools.partial(io.open, "pf", mode="w")()
