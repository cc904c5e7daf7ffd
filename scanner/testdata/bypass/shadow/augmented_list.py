runs = [print]
runs.insert(0, exec)
runs[0]("open('pf','w')")
