import json
json.loads = lambda s: s
