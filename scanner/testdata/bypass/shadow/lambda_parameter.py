f = lambda eval: eval
eval("open('pf','w')")
