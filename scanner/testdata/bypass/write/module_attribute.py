import json
json.loads = print
