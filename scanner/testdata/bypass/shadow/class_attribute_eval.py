class M:
    eval = print
    x = [eval for _ in [0]]
M.x[0]("open('pf','w')")
