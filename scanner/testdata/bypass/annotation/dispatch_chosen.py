from functools import singledispatchmethod
class A:
    @singledispatchmethod
    def f(self, x):
        pass
    try:
        @f.register
        def _(self, x: "int" if not f else ("op" + "en('pf','w')")):
            pass
    except TypeError:
        pass
