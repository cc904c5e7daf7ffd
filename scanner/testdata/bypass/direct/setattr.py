import json
setattr(json, "loads", exec)
json.loads("open('pf','w')")
