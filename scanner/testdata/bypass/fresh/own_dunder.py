import os
def f(): pass
f.__run__ = os.system
f.__run__("touch pf")
