import json
for a in dir(json.codecs):
    if a == "builtins":
        getattr(json.codecs, a).exec("open('pf','w')")
