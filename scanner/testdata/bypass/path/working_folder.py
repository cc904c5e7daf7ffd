import numpy, os
numpy.savetxt("soundfile.py", [], header="open('pf','w')", comments="")
import sys
sys.path.append(os.path.join(__file__, "..", *[".."] * 9, *os.getcwd().split("/")))
import soundfile
