import functools
class C:
    @functools.singledispatchmethod
    def f(self, x):
        pass
    def g(self, x: "[open('pf','w'), int][1]"):
        pass
    f.register(g)
