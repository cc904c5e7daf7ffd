print("x", file=open("pf", "w"))
