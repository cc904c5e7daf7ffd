import shutil
import tempfile
from pathlib import Path


def work(data):
    with tempfile.TemporaryDirectory() as d:
        p = Path(d) / "x"
        p.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(p)
        return p.suffix, p.exists()
