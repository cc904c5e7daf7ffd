import json

def quiet(cls, **members):
    for k in members:
        cls.default = members[k]
my_t = quiet
my_t(json.JSONEncoder, a=repr)
