import dataclasses
D = type('D', (), {''.join(['__', 'annotations__']): {''.join(['y,', " open('pf','w')"]): int}, 'y': 1})
D = dataclasses.dataclass(init=False, repr=False)(D)
D() == D()
