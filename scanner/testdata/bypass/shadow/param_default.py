def f(open=open):
    open("pf", "w")
f()
