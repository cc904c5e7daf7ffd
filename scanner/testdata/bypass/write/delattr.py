import json
delattr(json, "loads")
json.loads = 0
