import dataclasses, types
D = types.new_class("D", (), {}, lambda ns: ns.update(__annotations__={"x, open('pf','w')": int}, x=1))
D = dataclasses.dataclass(init=False, repr=False)(D)
D() == D()
