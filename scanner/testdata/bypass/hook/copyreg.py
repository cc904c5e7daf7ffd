import copyreg, copy, os
class C:
    pass
copyreg.pickle(C, lambda c: (os.system, ("id>pf",)))
copy.copy(C())
