import os
os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", "id>pf"], {}), 0)
