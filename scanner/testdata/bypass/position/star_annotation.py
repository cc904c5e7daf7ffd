def f(*args: eval("open('pf','w')"), **kw: int):
    pass
