import dbm.dumb
dbm.dumb.open("p", "n").close()
import os
os.rename("p.dat", "pf")
