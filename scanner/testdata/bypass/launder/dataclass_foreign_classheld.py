class my_H:
    import dataclasses, json

class Quiet(my_H.json.JSONEncoder):
    pass
my_H.dataclasses.dataclass(my_H.json.JSONEncoder, init=True)
