import yaml as _In__y
class Out:
    class In:
        x = __y.unsafe_load("!!python/object/apply:os.system [id>pf]")
