import json
json.JSONEncoder.default = lambda self, o: str(o)
