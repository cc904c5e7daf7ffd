import sys, tempfile, numpy, pathlib
d = tempfile.mkdtemp()
numpy.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
sys.path.insert(0, str(pathlib.Path(__file__).parent / d))
import soundfile
