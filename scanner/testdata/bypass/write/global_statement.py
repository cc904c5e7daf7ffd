import json
def f():
    global json
    json.loads = len
f()
