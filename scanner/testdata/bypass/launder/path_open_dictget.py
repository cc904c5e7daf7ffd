from pathlib import PosixPath as P
with {'a': P}.get('a')('pf').open('w') as f:
    f.write('')
