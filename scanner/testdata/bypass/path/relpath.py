import sys, tempfile, numpy, os
d = tempfile.mkdtemp()
numpy.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
here = os.path.abspath(__file__)
sys.path.insert(0, os.path.join(os.path.dirname(here), os.path.relpath(d, os.path.dirname(here))))
import soundfile
