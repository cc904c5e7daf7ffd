import sys, tempfile
import numpy as np
d = tempfile.mkdtemp()
np.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
sys.path.append(d)
import soundfile
