import json
class P:
    target = property(lambda self: json, lambda self, f: f)
p = P()
p.target.loads = print
