def my_go(o, n, *a, **k):
    return getattr(o, n)(*a, **k)
from pathlib import Path
my_go(Path('pf'), 'write_text', 'x')
