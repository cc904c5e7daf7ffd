import os, json
getattr(os, json.loads('"s\\u0079stem"'))("id>pf")
