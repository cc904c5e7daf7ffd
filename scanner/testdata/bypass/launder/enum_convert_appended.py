def my_A(x):
    l = []
    l.append(x)
    return l[0]
from enum import Enum
my_A(Enum)._convert_('E', 'os', lambda n: n == 'system').system.value('id>pf')
