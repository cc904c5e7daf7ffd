import pathlib
def names():
    yield pathlib.Path("pf")
for p in names():
    p.open("w").close()
