from .helper import tool
tool.system("id>pf")
