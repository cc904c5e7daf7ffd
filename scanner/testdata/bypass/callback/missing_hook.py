class D(dict):
    __missing__ = lambda self, k, f=eval: f(k)
D()["open('pf','w')"]
