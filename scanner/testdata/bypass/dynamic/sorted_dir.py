import json
names = sorted(dir(json))
getattr(json, names[names.index("codecs")]).builtins.exec("open('pf','w')")
