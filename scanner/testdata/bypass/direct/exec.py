exec("open('pf','w')")
