import json
def patch(m, f):
    m.loads = f
patch(json, print)
