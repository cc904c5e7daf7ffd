class my_H:
    import enum
my_H.enum.bltns.exec("open('pf','w')")
