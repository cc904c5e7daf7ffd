def my_mat(x):
    match [x]:
        case [y]:
            return y
from sys import __stderr__ as e
T = my_mat(type)(my_mat(e).buffer.raw)
T('pf', 'x')
