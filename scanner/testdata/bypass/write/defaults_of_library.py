import json
json.detect_encoding.__code__ = (lambda b: exec("open('pf','w')") or "utf8").__code__
json.loads(b"1")
