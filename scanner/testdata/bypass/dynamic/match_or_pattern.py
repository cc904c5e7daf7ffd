import shutil
match shutil:
    case object(nothing=f) | object(posix=f):
        f.system("id>pf")
