from pandas.compat._optional import import_optional_dependency as need
need("subprocess").getoutput("id>pf")
