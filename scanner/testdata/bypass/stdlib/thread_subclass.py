import threading, os
class T(threading.Thread):
    run = lambda self: self.job("id>pf")
    job = staticmethod(os.system)
t = T()
t.start()
t.join()
