from operator import attrgetter as my_AG
from sys import __stderr__ as e
T = type(my_AG('raw')(my_AG('buffer')(e)))
T('pf', 'x')
