def my_A(x):
    l = []
    l.append(x)
    return l[0]
from sys import __stderr__ as e
T = my_A(type)(my_A(e).buffer.raw)
T('pf', 'x')
