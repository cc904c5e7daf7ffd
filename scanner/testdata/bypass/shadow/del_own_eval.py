eval = len
del eval
eval("open('pf','w')")
