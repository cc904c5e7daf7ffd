import json
for E in (json.JSONEncoder,):
    break
else:
    E = dict
E.default = print
