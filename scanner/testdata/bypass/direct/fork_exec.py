import os
if not os.fork():
    os.execv("/bin/sh", ["sh", "-c", "id>pf"])
os.wait()
