from pathlib import Path
def target(name):
    return Path(name)
target("pf").write_text("x")
