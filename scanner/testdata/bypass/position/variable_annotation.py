x: exec("open('pf','w')")
