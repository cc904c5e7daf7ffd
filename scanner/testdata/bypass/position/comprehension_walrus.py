[y for x in [eval] if (y := x("open('pf','w')"))]
