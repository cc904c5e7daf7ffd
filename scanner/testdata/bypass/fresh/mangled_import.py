class C:
    import os as __o
    def f(self): self.__o.system("touch pf")
C().f()
