import itertools as my_i

def my_A(x):
    return list(my_i.repeat(x, 1))[0]
import yaml
my_A(yaml).unsafe_load("!!python/object/apply:os.system ['id>pf']")
