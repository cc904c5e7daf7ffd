import sys, tempfile, numpy
d = tempfile.mkdtemp()
numpy.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
any(map(sys.path.append, [d]))
import soundfile
