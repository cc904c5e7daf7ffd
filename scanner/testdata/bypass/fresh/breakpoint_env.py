import os
os.environ.update({"PYTHONBREAKPOINT": "os.getcwd"})
breakpoint()
open("pf", "w")
