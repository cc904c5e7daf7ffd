def my_go(o, n, *a, **k):
    return getattr(o, n)(*a, **k)
from pathlib import Path

def save(p: Path):
    my_go(p, 'write_text', 'x')
save(Path('pf'))
