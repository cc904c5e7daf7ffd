try:
    pass
finally:
    exec("open('pf','w')")
