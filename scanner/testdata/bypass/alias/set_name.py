import os
class D:
    def __set_name__(self, owner, name):
        owner.tool = os
class C:
    d = D()
C.tool.system("id>pf")
