class my_H:
    import enum
x = [my_H.enum]
x[0].bltns.exec("open('pf','w')")
