a = 1
a += eval("open('pf','w').fileno()")
