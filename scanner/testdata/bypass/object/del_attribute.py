import os
class A:
    system = None
    def __getattr__(self, n):
        return getattr(os, n)
del A.system
A().system("id>pf")
