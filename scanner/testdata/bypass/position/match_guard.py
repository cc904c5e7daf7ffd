match 1:
    case int() if exec("open('pf','w')"):
        pass
