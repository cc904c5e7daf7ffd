{eval(c) for c in ("open('pf','w')",)}
