from .paths import P
with P("pf").open("w") as f:
    f.write("x")
