import cProfile
cProfile.run("open('pf','w')")
