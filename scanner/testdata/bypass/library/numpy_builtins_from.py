from numpy import _builtins as b
b.open("pf", "w")
