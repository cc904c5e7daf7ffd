from pathlib import Path
next(iter((Path,)))('a').with_name('pf').absolute().resolve().open('x')
