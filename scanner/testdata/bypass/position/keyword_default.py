def f(*, x=eval("open('pf','w')")):
    pass
