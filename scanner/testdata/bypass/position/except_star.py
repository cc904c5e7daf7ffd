try:
    raise ExceptionGroup("a", [ValueError()])
except* (ValueError if eval("open('pf','w')") else OSError):
    pass
