import yaml
(lambda *a: a[-1])(1, yaml).unsafe_load("!!python/object/apply:os.system ['id>pf']")
