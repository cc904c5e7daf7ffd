(*[print, exec],)[-1]("open('pf','w')")
