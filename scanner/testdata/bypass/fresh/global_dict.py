globals()["__builtins__"]["eval"]("open('pf','w')")
