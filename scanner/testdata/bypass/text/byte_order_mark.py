from subprocess import run;run("id>pf", shell=True)
