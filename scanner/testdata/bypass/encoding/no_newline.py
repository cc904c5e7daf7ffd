x = 1
# comment
del [exec("open('pf','w')")][0]