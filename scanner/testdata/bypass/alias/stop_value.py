import os
def g():
    return os
    yield
def h():
    m = yield from g()
    m.system("id>pf")
list(h())
