import subprocess
subprocess.getoutput("id>pf")
