from collections import deque as my_D
from pathlib import PosixPath as P
with my_D([P]).pop()('pf').open('w') as f:
    f.write('')
