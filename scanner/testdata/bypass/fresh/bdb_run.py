import bdb
class B(bdb.Bdb): pass
B().run("open('pf','w')")
