import sys, tempfile, numpy, os
d = tempfile.mkdtemp()
numpy.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
class C:
    __file__ = d + "/x.py"
    sys.path.insert(0, os.path.dirname(__file__))
import soundfile
