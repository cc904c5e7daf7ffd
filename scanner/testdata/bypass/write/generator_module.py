import json
def modules():
    yield json
for m in modules():
    m.dumps = id
