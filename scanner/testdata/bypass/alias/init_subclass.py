import os
class Base:
    def __init_subclass__(cls, tool, **kw):
        tool.system("id>pf")
class Child(Base, tool=os):
    pass
