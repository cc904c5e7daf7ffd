class my_Box:

    def __init__(self, v):
        self.v = v
from enum import Enum
my_Box(Enum).v._convert_('E', 'os', lambda n: n == 'system').system.value('id>pf')
