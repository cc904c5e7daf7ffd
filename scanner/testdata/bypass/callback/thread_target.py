import os
from threading import Thread
t = Thread(target=os.system, args=["id>pf"])
t.start()
t.join()
