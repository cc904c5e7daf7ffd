import contextlib as my_c

def my_ctx(x):
    with my_c.nullcontext(x) as y:
        return y
import yaml

class H:
    y = my_ctx(yaml)
H.y.load('!!python/object/apply:os.system [id>pf]', Loader=H.y.Loader)
