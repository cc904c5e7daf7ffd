import shutil
shutil.posix.system("id>pf")
