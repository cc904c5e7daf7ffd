from pathlib import Path
Path("pf").write_text("x")
