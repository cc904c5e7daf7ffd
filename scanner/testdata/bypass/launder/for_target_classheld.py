class my_H:
    import json
for my_H.json.loads in [print]:
    pass
