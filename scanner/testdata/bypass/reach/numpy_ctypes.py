import numpy.ctypeslib as n
n.ctypes.CDLL(None).system(b"id>pf")
