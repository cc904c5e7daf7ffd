import sys, tempfile, numpy
d = tempfile.mkdtemp()
numpy.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
put = sys.path.insert
put(0, d)
import soundfile
