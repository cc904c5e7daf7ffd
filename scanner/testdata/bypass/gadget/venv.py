import venv
venv.subprocess.getoutput("id>pf")
