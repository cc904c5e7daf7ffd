import sys, os
sys.excepthook = lambda *a: os.system("id>pf")
sys.excepthook(None, None, None)
