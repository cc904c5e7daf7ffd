import os
try:
    os.nothing
except AttributeError as e:
    e.obj.system("id>pf")
