from pathlib import Path
for p in map(Path, ["pf"]):
    p.write_bytes(b"x")
