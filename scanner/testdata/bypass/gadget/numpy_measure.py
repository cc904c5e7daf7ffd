import numpy.testing as t
t.measure("open('pf','w')")
