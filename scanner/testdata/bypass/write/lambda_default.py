import json
def f(m=json, *, g=print):
    m.loads = g
f()
