import os, types
types.MethodType(os.system, "id>pf")()
