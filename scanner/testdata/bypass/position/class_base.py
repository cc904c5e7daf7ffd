class A(*[eval("open('pf','w')")][:0]):
    pass
