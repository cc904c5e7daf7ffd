from typing import ForwardRef
try:
    ForwardRef("open('pf','w')")._evaluate(globals(), None, frozenset())
except TypeError:
    pass
