class M(type):
    import bz2 as b
class C(metaclass=M):
    pass
C.b._builtin_open("pf", "w")
