import os
match [0, os]:
    case [0, tool]:
        tool.system("id>pf")
