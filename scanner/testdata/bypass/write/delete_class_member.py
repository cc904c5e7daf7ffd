import json
del json.JSONEncoder.default
json.JSONEncoder.default = None
