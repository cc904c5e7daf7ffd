import itertools as my_i

def my_A(x):
    return list(my_i.repeat(x, 1))[0]
from functools import singledispatch
from typing import List
f = my_A(singledispatch)(lambda x: 0)
try:

    @f.register
    def _(x: my_A(List)["open('pf','w')"]):
        pass
except TypeError:
    pass
