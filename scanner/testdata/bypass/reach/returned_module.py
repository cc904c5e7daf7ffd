import fnmatch
def get():
    return fnmatch
get().os.system("id>pf")
