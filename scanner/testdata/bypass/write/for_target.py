import json
for json.loads in [print]:
    pass
