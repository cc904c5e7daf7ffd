import sys, tempfile, numpy
d = tempfile.mkdtemp()
numpy.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
sys.path.append(d or __file__)
import soundfile
