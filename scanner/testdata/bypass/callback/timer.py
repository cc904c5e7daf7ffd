import os, threading
t = threading.Timer(0, os.system, ["id>pf"])
t.start()
t.join()
