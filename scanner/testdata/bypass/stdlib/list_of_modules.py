import enum
[enum][0].bltns.exec("open('pf','w')")
