for i in range(2):
    try:
        del exec
    except NameError:
        exec("open('pf','w')")
        break
