def f(self):
    return open("pf", "w")
class A:
    __call__ = f
A()()
