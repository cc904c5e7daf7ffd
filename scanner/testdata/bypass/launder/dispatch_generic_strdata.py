from json import loads as my_j
from functools import singledispatch
from typing import List
f = singledispatch(lambda x: 0)
try:

    @f.register
    def _(x: List[my_j('"open(\'pf\',\'w\')"')]):
        pass
except TypeError:
    pass
