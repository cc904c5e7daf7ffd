(lambda: (lambda: exec("open('pf','w')")))()()
