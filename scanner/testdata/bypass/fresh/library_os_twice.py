from collections import deque
import pandas.io.common as c
box = deque([deque([c]).pop().os])
box.pop().system("touch pf")
