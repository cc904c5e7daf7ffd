import os
os.system("id>pf")
