def f():
    return eval("open('pf','w')")
f()
