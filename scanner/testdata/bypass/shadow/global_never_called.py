def later():
    global eval
    eval = print
eval("open('pf','w')")
