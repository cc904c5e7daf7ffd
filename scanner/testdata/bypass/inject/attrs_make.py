import attr
attr.make_class("A", {"{}[open('pf','w')]": attr.ib(init=False)}, init=False, repr=False, eq=False)
