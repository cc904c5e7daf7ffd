import weakref, os
class A:
    def go(self):
        return os.system("id>pf")
a = A()
weakref.WeakMethod(a.go)()()
