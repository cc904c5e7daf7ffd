import timeit
timeit.Timer(setup="open('pf','w')").timeit(1)
