try:
    from .missing import open
except ImportError:
    pass
open("pf", "w")
