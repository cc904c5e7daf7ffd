from typing import ForwardRef
ForwardRef("open('pf','w')")._evaluate(globals(), {}, frozenset())
