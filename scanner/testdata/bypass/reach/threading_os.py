import threading
threading._os.system("id>pf")
