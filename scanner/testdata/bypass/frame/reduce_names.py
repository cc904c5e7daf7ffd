import functools
def f():
    pass
functools.reduce(lambda o, n: getattr(o, n), ["__bu%s__" % "iltins"], f)["open"]("pf", "w")
