import os as _C__o
class C:
    def go(self):
        __o.system("id>pf")
C().go()
