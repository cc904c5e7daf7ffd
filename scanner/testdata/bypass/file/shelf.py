import shelve
shelve.open("pf", "n").close()
import glob, os
os.rename(glob.glob("pf*")[0], "pf")
