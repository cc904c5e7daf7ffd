import json
for m in (json, json.decoder):
    m.loads = print
