class my_H:
    import json
del my_H.json.JSONEncoder.default
my_H.json.JSONEncoder.default = None
