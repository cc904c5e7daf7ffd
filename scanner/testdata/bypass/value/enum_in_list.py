import enum
x = [enum]
x[0].bltns.exec("open('pf','w')")
