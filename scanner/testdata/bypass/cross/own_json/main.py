from . import json
json.loads("id>pf")
