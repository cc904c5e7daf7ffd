import weakref
class C:
    pass
c = C()
r = weakref.ref(c, lambda _, e=exec: e("open('pf','w')"))
c = None
