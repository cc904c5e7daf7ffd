import json
d = {}
d.setdefault("e", json.JSONEncoder).default = print
