import pathlib
pathlib.Path.write_text(pathlib.Path("pf"), "x")
