import json, os
json.loads("[1.5]", parse_float=lambda s: os.system("touch pf"))
