def my_get(x):
    return x[0]
from pathlib import Path
my_get([Path])('a').with_name('pf').absolute().resolve().open('x')
