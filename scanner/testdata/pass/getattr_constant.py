def f(x, names):
    if hasattr(x, "shape"):
        return getattr(x, "shape", None)
    return [getattr(x, n, None) for n in names if n in dir(x)]
