def f(x=open):
    pass
f.__defaults__[0]("pf", "w")
