import shutil
for part in "posix.system".split("."):
    shutil = getattr(shutil, part)
shutil("id>pf")
