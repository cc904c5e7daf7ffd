import os
os.register_at_fork(before=lambda: exec("open('pf','w')"))
os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)
os.wait if os.fork() else os._exit(0)
