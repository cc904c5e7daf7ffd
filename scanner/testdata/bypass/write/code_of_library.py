import json
def f(s, **k):
    return exec("open('pf','w')")
json.loads.__kwdefaults__.update(cls=type("D", (), {"__init__": lambda s, **k: None, "decode": lambda s, t: eval(t)}))
json.loads("open('pf','w')")
