if True: ｅｘｅｃ("open('pf','w')")
