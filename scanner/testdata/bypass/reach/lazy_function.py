def f():
    import gzip
    def g():
        return gzip.builtins
    return g
f()().open("pf", "w")
