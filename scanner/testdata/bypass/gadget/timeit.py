from timeit import timeit
timeit("open('pf','w')", number=1)
