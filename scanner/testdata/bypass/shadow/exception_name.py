try:
    raise OSError
except OSError as exec:
    str(exec)
exec("open('pf','w')")
