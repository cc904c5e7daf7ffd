import json
class J(type(json)):
    def patch(self, f):
        self.loads = f
json.__class__ = J
json.patch(print)
