def open(*a):
    return None
delattr(__import__("sys").modules[__name__], "open")
open("pf", "w")
