import inspect, json
def look(v):
    if inspect.isbuiltin(v) and v.__name__ == "open" and "io" in v.__module__:
        v("pf", "w")
inspect.getmembers(json.codecs.builtins, look)
