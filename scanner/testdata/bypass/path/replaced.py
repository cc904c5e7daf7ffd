import sys, tempfile, numpy
d = tempfile.mkdtemp()
numpy.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
sys.path.insert(0, __file__.replace(__file__, d))
import soundfile
