@exec("open('pf','w')") or (lambda f: f)
def f():
    pass
