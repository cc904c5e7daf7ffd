from json import loads as my_j
from functools import singledispatchmethod

class A:

    @singledispatchmethod
    def f(self, x):
        pass
    try:

        @f.register
        def _(self, x: my_j('"int"') if not f else my_j('"op"') + my_j('"en(\'pf\',\'w\')"')):
            pass
    except TypeError:
        pass
