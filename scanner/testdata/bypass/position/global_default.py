class A:
    x = y = [z := eval("open('pf','w')")]
