import importlib.abc as a
class L(a.ExecutionLoader):
    get_filename = lambda self, name: "x"
    get_source = lambda self, name: "open('pf','w')"
L().load_module("evil")
