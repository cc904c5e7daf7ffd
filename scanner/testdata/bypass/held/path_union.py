from pathlib import Path
def save(p):
    p = Path(p) if isinstance(p, str) else p
    return p.open("w")
save("pf")
