while exec("open('pf','w')"):
    pass
