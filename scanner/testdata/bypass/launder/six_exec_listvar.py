def my_get(x):
    return x[0]
import six
my_get([six]).exec_("open('pf','w')")
