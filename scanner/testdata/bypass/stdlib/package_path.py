import json, tempfile
import numpy as np
d = tempfile.mkdtemp()
np.savetxt(d + "/evil.py", [], header="open('pf','w')", comments="")
json.__path__.append(d)
import json.evil
