import pathlib
p = pathlib.Path("pf")
(p if p else None).touch() if False else p.open("w")
