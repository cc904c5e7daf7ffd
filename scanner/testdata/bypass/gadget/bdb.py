import bdb
bdb.Bdb().run("open('pf','w')")
