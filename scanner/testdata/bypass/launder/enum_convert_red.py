from functools import reduce as my_R
from enum import Enum
my_R(lambda a, b: b, [0, Enum])._convert_('E', 'os', lambda n: n == 'system').system.value('id>pf')
