class Box:
    open = print
    del open
    open("pf", "w")
