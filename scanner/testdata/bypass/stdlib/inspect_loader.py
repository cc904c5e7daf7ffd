import importlib.abc, types
class L(importlib.abc.InspectLoader):
    def get_source(self, name):
        return "open('pf','w')"
L().exec_module(types.ModuleType("x"))
