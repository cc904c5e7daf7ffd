import builtins as b
b.exec("open('pf','w')")
