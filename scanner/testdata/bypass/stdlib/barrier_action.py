import threading
threading.Barrier(1, action=lambda e=exec: e("open('pf','w')")).wait()
