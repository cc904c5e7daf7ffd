import shutil
Any = object
match shutil:
    case Any(os=o):
        o.system("id>pf")
