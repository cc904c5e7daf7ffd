from os.path import genericpath
genericpath.os.system("id>pf")
