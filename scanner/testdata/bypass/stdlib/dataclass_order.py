import dataclasses
D = type("D", (), dict(__annotations__={"x,open('pf','w')": int}, x=1))
dataclasses.dataclass(init=False, repr=False, eq=False, unsafe_hash=True)(D)
hash(D()) if 0 else D().__hash__()
