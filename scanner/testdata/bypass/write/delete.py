import json
del json.loads
json.loads = None
