import pathlib
pathlib.io.open("pf", "w")
