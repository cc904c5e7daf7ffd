from collections import deque as my_D
import numpy.testing as t
my_D([t]).pop().measure("open('pf','w')")
