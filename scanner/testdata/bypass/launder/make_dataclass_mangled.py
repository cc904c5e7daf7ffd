import dataclasses as _C__dataclasses

class _C:

    def go(self):

        class S(str):

            def isidentifier(self):
                return True
        D = __dataclasses.make_dataclass('D', [(S("x, open('pf','w')"), int)], namespace={'x': 1}, init=False, repr=False)
        D() == D()
_C().go()
