from pathlib import Path
first, *rest = map(Path, ["pf", "b"])
first.open("w")
