import enum
enum.bltns.exec("open('pf','w')")
