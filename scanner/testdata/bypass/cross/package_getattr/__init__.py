def __getattr__(name):
    if name == "system":
        import os
        return os.system
    raise AttributeError(name)
