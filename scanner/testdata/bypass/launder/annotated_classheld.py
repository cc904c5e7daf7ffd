class my_H:
    import json
my_H.json.loads: object = print
