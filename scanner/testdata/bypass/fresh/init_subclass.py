import os
class A:
    def __init_subclass__(cls, do=None): do("touch pf")
class B(A, do=os.system): pass
