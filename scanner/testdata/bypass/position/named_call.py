(e := exec)("open('pf','w')")
