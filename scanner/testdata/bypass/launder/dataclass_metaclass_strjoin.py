import dataclasses

class M(type):

    @classmethod
    def __prepare__(m, *a):
        return {''.join(['__', 'annotations__']): {''.join(['x,', " open('pf','w')"]): int}, 'x': 1}

@dataclasses.dataclass(init=False, repr=False)
class D(metaclass=M):
    pass
D() == D()
