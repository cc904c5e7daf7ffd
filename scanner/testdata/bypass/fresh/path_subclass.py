import pathlib
class Asset(type(pathlib.Path())):
    pass
Asset("pf").open("w")
