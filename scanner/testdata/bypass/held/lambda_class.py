import json
get = lambda: json.JSONEncoder
get().default = print
