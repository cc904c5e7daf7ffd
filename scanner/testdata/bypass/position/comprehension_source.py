[0 for c in [1] for d in eval("open('pf','w') and []")]
