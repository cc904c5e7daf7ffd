import os
match {"a": os}:
    case {"a": tool, **rest}:
        tool.system("id>pf")
