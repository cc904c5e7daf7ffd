from pathlib import Path
(lambda **k: k['a'])(a=Path)('a').with_name('pf').absolute().resolve().open('x')
