import json
class Mine(json.JSONEncoder):
    pass
for c in Mine.mro():
    if c.__name__ == "JSONEncoder":
        c.default = print
