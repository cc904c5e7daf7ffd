import os
class A:
    pass
A.m = os
A.m.system("id")
