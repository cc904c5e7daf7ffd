import os
os.waitstatus_to_exitcode(os.system("id>pf"))
