f = lambda *a, x=eval("open('pf','w')"), **k: 0
