import os, types
class M(types.ModuleType):
    def get(self, name):
        return getattr(self, name)
m = M("m")
m.__dict__.update(os.__dict__)
m.get("system")("id>pf")
