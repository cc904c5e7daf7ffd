import attr
class A:
    x = 1
attr.s(these={"{}[open('pf','w')]": attr.ib(init=False)}, init=False, repr=False, eq=False)(A)
