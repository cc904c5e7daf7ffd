import posix as helper
helper.system("id>pf")
