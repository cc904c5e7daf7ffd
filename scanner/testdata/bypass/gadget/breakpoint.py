import os
os.environ["PYTHONBREAKPOINT"] = "os.system"
breakpoint("id>pf")
