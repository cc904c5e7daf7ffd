import pathlib
f = pathlib.Path(pathlib.Path.cwd(), "x").parent.joinpath("pf").write_text
f("")
