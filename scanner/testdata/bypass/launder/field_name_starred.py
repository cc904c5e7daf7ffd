import dataclasses

class Sneaky(str):

    def __format__(self, spec):
        return "x, open('pf','w')"
D = dataclasses.make_dataclass(*['D', [(Sneaky(*['x']), int, 1)]], init=False, repr=False)
D() == D()
