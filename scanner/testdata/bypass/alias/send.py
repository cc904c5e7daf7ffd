import os
def g():
    m = yield
    m.system("id>pf")
h = g()
next(h)
try:
    h.send(os)
except StopIteration:
    pass
