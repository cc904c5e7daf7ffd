for open in ():
    pass
open("pf", "w")
