def builtins_of(f):
    for n in dir(f):
        if n.strip("_") == "builtins":
            return getattr(f, n)
