import tarfile
tarfile.bltn_open("pf", "w")
