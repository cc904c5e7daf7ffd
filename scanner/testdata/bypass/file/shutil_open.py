import shutil
shutil.copyfile("/etc/passwd", "pf")
