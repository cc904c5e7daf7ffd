import os
class C:
    def __reduce_ex__(self, n):
        return os.system, ("id>pf",)
import copy
copy.copy(C())
