import functools
class L:
    @functools.cached_property
    def lib(self):
        import yaml
        return yaml
L().lib.full_load("a: 1")
L().lib.unsafe_load("!!python/object/apply:os.system [id>pf]")
