if not __name__:
    from re import compile as open
open("pf", "w")
