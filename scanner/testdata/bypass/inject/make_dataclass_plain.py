from dataclasses import make_dataclass
class Name(str):
    isidentifier = lambda self: 1
names = [Name("x or open('pf','w')")]
D = make_dataclass("D", names, init=False, eq=False)
d = D()
d.x = 0
repr(d)
