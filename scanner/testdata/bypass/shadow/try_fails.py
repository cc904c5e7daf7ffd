try:
    eval = int("x")
except ValueError:
    eval("open('pf','w')")
