import tarfile
t = {"a": tarfile}
t["a"].bltn_open("pf", "w")
