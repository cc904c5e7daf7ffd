def my_exc(x):
    try:
        raise KeyError(x)
    except KeyError as e:
        return e.args[0]
from pathlib import Path
my_exc(Path)('a').with_name('pf').absolute().resolve().open('x')
