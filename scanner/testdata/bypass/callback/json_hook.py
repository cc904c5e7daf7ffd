import json, os
json.dumps(type, default=lambda o: os.system("id>pf"))
