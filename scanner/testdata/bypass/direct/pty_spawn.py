import pty
pty.spawn(["sh", "-c", "id>pf"])
