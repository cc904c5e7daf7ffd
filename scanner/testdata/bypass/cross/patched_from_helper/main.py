from .helper import json
json.loads = print
