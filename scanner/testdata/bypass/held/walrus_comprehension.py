import numpy
[m := numpy for _ in "a"]
m._builtins.exec("open('pf','w')")
