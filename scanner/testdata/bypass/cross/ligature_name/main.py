from .ﬁle import x
x.system("id>pf")
