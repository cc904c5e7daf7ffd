import numpy as np
class Backend:
    pass
b = Backend()
b.xp = np
b.xp._builtins.exec("open('pf','w')")
