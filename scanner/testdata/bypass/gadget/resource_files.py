import importlib.resources as r
r.files("json").joinpath("x").__class__("pf").open("w")
