import sys, tempfile, numpy, operator
d = tempfile.mkdtemp()
numpy.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
operator.iadd(sys.path, [d])
import soundfile
