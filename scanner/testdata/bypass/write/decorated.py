import json
def replace(f):
    json.loads = f
    return f
@replace
def better(s):
    return s
