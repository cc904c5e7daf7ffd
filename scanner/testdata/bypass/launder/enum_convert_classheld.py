class my_H:
    from enum import Enum
my_H.Enum._convert_('E', 'os', lambda n: n == 'system').system.value('id>pf')
