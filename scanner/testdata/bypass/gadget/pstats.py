import pstats, cProfile
class P(cProfile.Profile):
    pass
p = P()
p.run("open('pf','w')")
