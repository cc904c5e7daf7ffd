from more_itertools import map_except, consume
consume(map_except(exec, ["open('pf','w')"]))
