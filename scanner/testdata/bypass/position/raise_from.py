try:
    raise ValueError from exec("open('pf','w')")
except ValueError:
    pass
