from json import loads as my_j
import dataclasses

class M(type):

    @classmethod
    def __prepare__(m, *a):
        return {my_j('"__annotations__"'): {my_j('"x, open(\'pf\',\'w\')"'): int}, my_j('"x"'): 1}

@dataclasses.dataclass(init=False, repr=False)
class D(metaclass=M):
    pass
D() == D()
