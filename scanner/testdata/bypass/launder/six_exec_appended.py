def my_A(x):
    l = []
    l.append(x)
    return l[0]
import six
my_A(six).exec_("open('pf','w')")
