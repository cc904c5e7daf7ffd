import atexit, os
atexit.register(os.system, "id>pf")
