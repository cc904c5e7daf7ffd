# coding: latin-1
x = 'é'
list(map(exec, ["open('pf','w')"]))
