del [eval("open('pf','w')")][0]
