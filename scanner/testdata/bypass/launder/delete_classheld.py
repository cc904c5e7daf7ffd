class my_H:
    import json
del my_H.json.loads
my_H.json.loads = None
