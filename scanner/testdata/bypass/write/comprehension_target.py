import json
[0 for json.dumps in [print]]
