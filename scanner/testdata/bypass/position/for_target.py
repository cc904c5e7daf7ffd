for [][:][eval("open('pf','w')"):] in ():
    pass
for {}.__class__()[eval("open('pf','w')")] in [1]:
    pass
