import json
json.loads("1", parse_int=lambda s, f=exec: f("open('pf','w')"))
