import os
os.getcwd()
from subprocess import os
os.system("id>pf")
