from dataclasses import dataclass
class M(type):
    def __new__(m, name, bases, ns):
        ns["__annotations__"] = {"x, open('pf','w')": int}
        return super().__new__(m, name, bases, ns)
@dataclass(init=False, repr=False)
class D(metaclass=M):
    x = 1
D() == D()
