import copy, os
class R:
    def __reduce_ex__(self, v): return os.system, ("touch pf",)
copy.copy(R())
