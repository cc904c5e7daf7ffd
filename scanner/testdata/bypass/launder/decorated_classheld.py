class my_H:
    import json

def replace(f):
    my_H.json.loads = f
    return f

@replace
def better(s):
    return s
