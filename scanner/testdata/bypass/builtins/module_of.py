import sys
sys.modules[print.__module__].exec("open('pf','w')")
