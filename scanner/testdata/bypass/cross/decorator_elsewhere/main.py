from .deco import swap
import os
@swap(os)
def tool():
    pass
tool.system("id>pf")
