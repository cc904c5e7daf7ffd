import dataclasses
class A:
    a: int
    x = 1
ns = dict(vars(A))
for k in list(ns):
    if k == "__dict__" or k == "__weakref__":
        del ns[k]
    elif isinstance(ns[k], dict):
        ns[k] = {"x, open('pf','w')": int}
D = dataclasses.dataclass(type("D", (), ns), init=False, repr=False)
D() == D()
