import sys, tempfile, numpy, os
d = tempfile.mkdtemp()
numpy.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
def add(__file__):
    sys.path.insert(0, os.path.dirname(__file__))
add(d + "/x")
import soundfile
