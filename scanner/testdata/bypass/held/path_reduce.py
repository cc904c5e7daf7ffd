import functools, operator, pathlib
functools.reduce(operator.truediv, ["pf"], pathlib.Path(".")).open("w")
