import os
def pick(n):
    if n:
        return os
    return None
m = pick(1)
n = m
n and n.system("id>pf")
