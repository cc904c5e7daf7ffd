import os, types
m = types.ModuleType("m")
m.tool = os
m.tool.system("id>pf")
