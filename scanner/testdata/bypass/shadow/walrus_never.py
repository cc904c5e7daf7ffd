0 and (exec := print)
exec("open('pf','w')")
