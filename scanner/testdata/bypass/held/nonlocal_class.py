def f():
    x = None
    class A:
        nonlocal x
        import enum as x
    return x
f().bltns.exec("open('pf','w')")
