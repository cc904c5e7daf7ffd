def open(*a):
    pass
def clear():
    global open
    del open
clear()
open("pf", "w")
