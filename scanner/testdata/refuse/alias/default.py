import os
def f(o=os):
    o.system("id")
f()
