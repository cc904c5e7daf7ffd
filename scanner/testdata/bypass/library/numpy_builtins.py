import numpy
numpy._builtins.exec("open('pf','w')")
