import sys
sys.displayhook = exec
sys.displayhook("open('pf','w')")
