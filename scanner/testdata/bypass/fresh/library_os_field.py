from collections import deque
from dataclasses import dataclass
import pandas.io.common as c
@dataclass
class Host:
    os: object = None
h = Host(deque([c]).pop().os)
h.os.system("touch pf")
