import re
def get():
    return re.enum
get().bltns.open("pf", "w")
