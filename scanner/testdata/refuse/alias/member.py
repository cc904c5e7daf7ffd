import os
f = os.popen
f("id")
