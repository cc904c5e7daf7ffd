from types import SimpleNamespace as my_NS
from sys import __stderr__ as e
T = my_NS(a=type).a(my_NS(a=e).a.buffer.raw)
T('pf', 'x')
