from own_json_absolute.json import loads
loads("id>pf")
