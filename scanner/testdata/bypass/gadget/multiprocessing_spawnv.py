from multiprocessing.util import spawnv_passfds
import os
os.waitpid(spawnv_passfds(b"/bin/sh", ["sh", "-c", "id>pf"], []), 0)
