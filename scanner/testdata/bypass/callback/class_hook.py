import os
class C:
    __class_getitem__ = os.system
C["id>pf"]
