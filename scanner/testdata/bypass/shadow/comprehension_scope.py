[0 for eval in ()]
eval("open('pf','w')")
