def f(a, b=eval("open('pf','w')"), /):
    pass
