import json
m = json
m.loads = print
