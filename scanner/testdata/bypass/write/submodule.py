import json.encoder
json.encoder.JSONEncoder.default = json.dumps
