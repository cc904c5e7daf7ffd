import numpy as np
class C:
    def __array__(self, *a, **k):
        exec("open('pf','w')")
        return np.zeros(1)
np.asarray(C())
