def outer():
    def open(*a): return None
    return open
class K:
    open = None
    f = (lambda: open("pf", "w"))()
