# coding: cp1252

# “
(lambda: exec("open('pf','w')"))()
