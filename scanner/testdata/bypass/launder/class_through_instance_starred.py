import json
e = json.JSONEncoder()
type(*[e]).default = print
