if 1:
    pass
exec("open('pf','w')")
