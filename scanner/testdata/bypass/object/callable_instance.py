class Run:
    __call__ = lambda self, t: exec(t)
Run()("open('pf','w')")
