import sys, os, threading
threading.excepthook = lambda a: os.system("id>pf")
t = threading.Thread(target=lambda: 1 / 0)
t.start()
t.join()
