(None or exec)("open('pf','w')")
