import os
@lambda f: os
def tool():
    pass
tool.system("id>pf")
