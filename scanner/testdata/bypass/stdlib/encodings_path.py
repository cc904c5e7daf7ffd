import encodings, tempfile
import numpy as np
d = tempfile.mkdtemp()
np.savetxt(d + "/evil.py", [], header="open('pf','w')\ngetregentry = None", comments="")
encodings.__path__ += [d]
try:
    "".encode("evil")
except (LookupError, TypeError):
    pass
