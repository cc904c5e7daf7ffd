import os
class C(type):
    __contains__ = lambda cls, x: os.system(x)
class D(metaclass=C):
    pass
"id>pf" in D
