import itertools
list(itertools.accumulate(["open('pf','w')", {}], exec))
