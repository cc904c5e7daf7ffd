import yaml
yaml.SafeLoader.add_multi_constructor("!run:", lambda l, suffix, n: exec(l.construct_scalar(n)))
yaml.safe_load("!run:x \"open('pf','w')\"")
