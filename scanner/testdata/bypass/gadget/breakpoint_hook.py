import os, sys
os.environ.setdefault("PYTHONBREAKPOINT", "posix.system")
sys.breakpointhook("id>pf")
