from subprocess import *
check_call(["sh", "-c", "id>pf"])
