my_t = {}

def my_A(x):
    my_t['k'] = x
    return my_t['k']
import numpy.testing as t
my_A(t).measure("open('pf','w')")
