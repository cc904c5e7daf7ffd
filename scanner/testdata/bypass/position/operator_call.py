(exec if 1 else print)("open('pf','w')")
