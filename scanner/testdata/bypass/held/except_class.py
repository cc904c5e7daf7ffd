import json
try:
    raise ValueError(json.JSONEncoder)
except ValueError as e:
    e.args[0].default = print
