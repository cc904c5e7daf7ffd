import warnings
warnings.showwarning = lambda *a, **k: exec("open('pf','w')")
warnings.warn("x")
