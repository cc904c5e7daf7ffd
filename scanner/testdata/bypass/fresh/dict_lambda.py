import pandas.io.common as c
from collections import deque
m = deque([c]).pop()
(lambda o: o.__dict__)(m)["os"].system("touch pf")
