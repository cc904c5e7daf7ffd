import numpy as np
np.ctypeslib.load_library("libc.so.6", "/lib/x86_64-linux-gnu").system(b"id>pf")
