import numpy.ma.bench
numpy.ma.bench.timeit.timeit("open('pf','w')", number=1)
