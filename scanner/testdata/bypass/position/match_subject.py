match eval("open('pf','w')"):
    case _:
        pass
