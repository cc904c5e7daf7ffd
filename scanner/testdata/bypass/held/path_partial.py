import functools, pathlib
make = functools.partial(pathlib.Path, ".")
make("pf").open("w")
