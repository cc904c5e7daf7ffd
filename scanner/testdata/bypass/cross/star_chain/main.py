from .a import *
tool.system("id>pf")
