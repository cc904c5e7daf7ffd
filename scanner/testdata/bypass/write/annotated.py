import json
json.loads: object = print
