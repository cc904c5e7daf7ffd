{**eval("dict(a=open('pf','w'))")}
