1 if exec("open('pf','w')") else 2
