from collections import deque
import pandas.io.common as c
deque([c]).pop().os.system("touch pf")
