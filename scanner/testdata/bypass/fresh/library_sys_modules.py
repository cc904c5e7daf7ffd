from collections import deque
import pandas.io.common as c
s = deque([c]).pop()
getattr(s, "os").sys.modules["posix"].system("touch pf")
