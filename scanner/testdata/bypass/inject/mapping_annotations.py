import dataclasses
class A:
    x: int = 1
for v in vars(A).values():
    if isinstance(v, dict):
        v.clear()
        v["x, open('pf','w')"] = int
dataclasses.dataclass(A, init=False, repr=False)
A() == A()
