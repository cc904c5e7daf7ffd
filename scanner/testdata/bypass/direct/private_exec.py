import os
pid = os.fork()
if pid == 0:
    try:
        os._execvpe("sh", ["sh", "-c", "id>pf"], {"PATH": "/bin"})
    finally:
        os._exit(1)
else:
    os.waitpid(pid, 0)
