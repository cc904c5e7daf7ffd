import dataclasses

class S(str):

    def isidentifier(self):
        return True
D = dataclasses.make_dataclass(*['D', [(S(*["x, open('pf','w')"]), int)]], namespace={'x': 1}, init=False, repr=False)
D() == D()
