import pkgutil
pkgutil.get_loader("subprocess").load_module("subprocess").getoutput("id>pf")
