import os
from enum import Enum
class E(Enum):
    TOOL = os
E.TOOL.value.system("id>pf")
