import os
def f():
    global g
    g = os
f()
g.system("id")
