import os
def outer():
    m = None
    def put():
        nonlocal m
        m = os
    put()
    return lambda c: m.system(c)
outer()("id>pf")
