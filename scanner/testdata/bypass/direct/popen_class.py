import subprocess
class Runner(subprocess.Popen):
    pass
Runner("id>pf", shell=True).wait()
