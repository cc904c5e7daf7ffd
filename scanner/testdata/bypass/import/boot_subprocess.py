from _bootsubprocess import Popen
Popen(["/bin/sh", "-c", "id>pf"]).wait()
