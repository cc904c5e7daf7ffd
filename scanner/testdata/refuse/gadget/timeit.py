import timeit
timeit.timeit("1")
