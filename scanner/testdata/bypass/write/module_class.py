import json, types
class M(types.ModuleType):
    loads = property(lambda self: print)
json.__class__ = M
del json.loads
