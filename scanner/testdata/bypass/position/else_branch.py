if False:
    pass
elif 0:
    pass
else:
    exec("open('pf','w')")
