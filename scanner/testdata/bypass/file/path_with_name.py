from pathlib import Path
Path("a").with_name("pf").absolute().resolve().open("x")
