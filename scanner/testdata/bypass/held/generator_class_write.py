import json
def classes():
    yield from (json.JSONEncoder,)
for c in classes():
    c.default = print
