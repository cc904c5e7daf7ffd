import json
names = json.loads('["__builtins__", "open"]')
def f():
    pass
getattr(f, names[0])[names[1]]("pf", "w")
