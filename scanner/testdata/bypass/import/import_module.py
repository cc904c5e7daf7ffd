from importlib import import_module as load
load("subprocess").getoutput("id>pf")
