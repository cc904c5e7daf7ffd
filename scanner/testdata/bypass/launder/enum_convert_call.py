class my_Box:

    def __init__(self, v):
        self.v = v

    def __call__(self):
        return self.v
from enum import Enum
my_Box(Enum)()._convert_('E', 'os', lambda n: n == 'system').system.value('id>pf')
