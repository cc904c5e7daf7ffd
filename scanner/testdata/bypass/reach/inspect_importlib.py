import inspect
inspect.importlib.import_module("os").system("id>pf")
