import functools
functools.partial(eval, "1")()
