def my_go(o, n, *a, **k):
    return getattr(o, n)(*a, **k)
from pathlib import Path

def target(name):
    return Path(name)
my_go(target('pf'), 'write_text', 'x')
