import json
json.__dict__.setdefault("x", 1)
vars(json)["dumps"] = print
