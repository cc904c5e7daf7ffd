import os
from dataclasses import dataclass
@dataclass
class D:
    tool: object = os
D().tool.system("id>pf")
