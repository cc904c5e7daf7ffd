from pathlib import Path
def save(p: Path):
    p.write_text("x")
save(Path("pf"))
