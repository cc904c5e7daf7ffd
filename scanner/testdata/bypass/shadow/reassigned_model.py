class Path:
    def open(self, mode):
        return mode
p = Path()
from pathlib import Path
p = Path("pf")
p.open("w")
