import pathlib
HERE = pathlib.Path(".")
