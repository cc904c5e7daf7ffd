import os.path as os
os.genericpath.os.system("id>pf")
