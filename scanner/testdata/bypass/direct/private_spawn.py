import os
os._spawnvef(os.P_WAIT, "/bin/sh", ["sh", "-c", "id>pf"], None, os.execv)
