for i in ():
    pass
else:
    exec("open('pf','w')")
