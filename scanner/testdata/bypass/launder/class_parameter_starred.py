import json

def quiet(cls, **members):
    for k in members:
        cls.default = members[k]
quiet(*[json.JSONEncoder], a=repr)
