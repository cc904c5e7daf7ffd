from collections import deque
import pandas.io.common as c
def run(o, what): o.system(what)
run(deque([c]).pop().os, "touch pf")
