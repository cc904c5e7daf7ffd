import sys
sys.addaudithook(lambda event, args, run=exec: event == "x" and run(*args))
sys.audit("x", "open('pf','w')")
