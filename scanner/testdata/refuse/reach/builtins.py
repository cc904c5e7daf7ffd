import json
json.codecs.builtins.eval("1")
