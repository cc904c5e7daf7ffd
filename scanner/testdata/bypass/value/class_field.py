import re
class H:
    m = re
H.m.enum.bltns.exec("open('pf','w')")
