def f(x: exec("open('pf','w')")):
    pass
