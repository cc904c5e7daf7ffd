import pathlib
def save(text, to=pathlib.Path("pf")):
    with to.open("w") as f:
        f.write(text)
save("x")
