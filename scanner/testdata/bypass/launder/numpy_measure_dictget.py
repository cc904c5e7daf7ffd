import numpy.testing as t
{'a': t}.get('a').measure("open('pf','w')")
