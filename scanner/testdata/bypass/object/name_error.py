import tempfile
try:
    tempfile.os
except AttributeError as e:
    e.obj._os.system("id>pf")
