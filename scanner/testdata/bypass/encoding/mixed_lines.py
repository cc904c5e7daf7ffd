# a
x = 1with open("pf", "w"): pass

