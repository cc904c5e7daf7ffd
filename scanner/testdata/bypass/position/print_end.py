print("", end=eval("open('pf','w') and ''"))
