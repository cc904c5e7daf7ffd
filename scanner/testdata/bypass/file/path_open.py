from pathlib import PosixPath as P
with P("pf").open("w") as f:
    f.write("")
