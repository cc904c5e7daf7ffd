list(filter(exec, ["open('pf','w')"]))
