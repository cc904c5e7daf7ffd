from .pick import backend
backend(0)._builtins.exec("open('pf','w')")
