1 < 2 < eval("open('pf','w').fileno()") != 3
