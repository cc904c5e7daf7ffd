my_t = {}

def my_A(x):
    my_t['k'] = x
    return my_t['k']
from pathlib import PosixPath as P
with my_A(P)('pf').open('w') as f:
    f.write('')
