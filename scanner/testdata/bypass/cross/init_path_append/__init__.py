import tempfile
import numpy as np
d = tempfile.mkdtemp()
np.savetxt(d + "/extra.py", [], header="x = open('pf','w')", comments="")
__path__.append(d)
