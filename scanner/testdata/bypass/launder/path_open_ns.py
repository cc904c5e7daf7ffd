from types import SimpleNamespace as my_NS
from pathlib import PosixPath as P
with my_NS(a=P).a('pf').open('w') as f:
    f.write('')
