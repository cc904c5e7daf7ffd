class A(metaclass=eval("open('pf','w')") and type):
    pass
