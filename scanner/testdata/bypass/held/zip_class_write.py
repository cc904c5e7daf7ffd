import json
for c, f in zip([json.JSONDecoder], [print]):
    c.decode = f
