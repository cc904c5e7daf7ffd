try:
    1 / 0
except (eval("open('pf','w')"), Exception)[1]:
    pass
