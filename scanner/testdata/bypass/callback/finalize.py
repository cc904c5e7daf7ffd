import os, weakref
class C:
    pass
c = C()
weakref.finalize(c, os.system, "id>pf")
del c
