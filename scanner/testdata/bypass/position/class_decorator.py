@(lambda c: exec("open('pf','w')"))
class A:
    pass
