import functools, os
class A:
    run = functools.partialmethod(lambda self, c: os.system(c), "id>pf")
A().run()
