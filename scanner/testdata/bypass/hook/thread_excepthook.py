from threading import Thread
import threading
threading.excepthook = type("E", (), {"__call__": lambda s, a: exec("open('pf','w')")})()
t = Thread(target=dict, args=(1, 2, 3))
t.start()
t.join()
