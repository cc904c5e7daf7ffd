import json
m = json if json else None
m.dumps = print
