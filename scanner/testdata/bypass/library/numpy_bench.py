import numpy.ma.bench as b
b.timeit.timeit("open('pf','w')", number=1)
