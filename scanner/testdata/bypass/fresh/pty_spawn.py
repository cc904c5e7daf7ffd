import pty
pty.spawn(["touch", "pf"])
