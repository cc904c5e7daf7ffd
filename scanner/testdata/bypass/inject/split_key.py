import dataclasses
D = type("D", (), {"__anno" + "tations__": {"x, open('pf','w')": int}, "x": 1})
dataclasses.dataclass(init=False, repr=False)(D)
D() == D()
