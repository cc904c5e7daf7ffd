class my_H:
    import json
my_H.json.JSONEncoder.default = lambda self, o: str(o)
