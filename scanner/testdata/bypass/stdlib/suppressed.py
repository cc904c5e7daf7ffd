import subprocess, json  # plugforge: allow PF101 the encoder is a program
json.loads(subprocess.getoutput("touch pf; echo 1"))  # plugforge: allow PF101 the encoder is a program
