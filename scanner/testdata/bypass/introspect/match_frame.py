import logging
match logging.currentframe():
    case object(f_builtins={"open": o}):
        o("pf", "w")
