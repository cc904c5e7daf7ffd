import sys, tempfile, numpy, os
d = tempfile.mkdtemp()
numpy.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
sys.path.insert(0, os.path.join(os.path.dirname(__file__), d))
import soundfile
