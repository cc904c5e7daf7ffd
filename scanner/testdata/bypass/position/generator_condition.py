any(0 for c in ["open('pf','w')"] if exec(c))
