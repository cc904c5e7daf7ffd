import json
table = {"e": json.JSONEncoder}
table["e"].default = str
