import dataclasses
@dataclasses.dataclass
class A:
    x: int = 1
f = dataclasses.fields(A)[0]
f.name = "x, open('pf','w')"
@dataclasses.dataclass(init=False, repr=False)
class B(A):
    pass
B() == B()
