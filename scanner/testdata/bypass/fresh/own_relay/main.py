from .tools import runner as r
r.system("touch pf")
