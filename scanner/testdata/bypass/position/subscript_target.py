a = {}
a[eval("open('pf','w')")] = 1
