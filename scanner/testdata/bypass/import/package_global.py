def rename():
    global __package__
    __package__ = "pty"
rename()
from . import spawn
spawn(["sh", "-c", "id>pf"])
