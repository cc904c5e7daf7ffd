import sys, tempfile, numpy
class Setup:
    places = sys.path
    def __init__(self):
        self.d = tempfile.mkdtemp()
        numpy.savetxt(self.d + "/soundfile.py", [], header="open('pf','w')", comments="")
    def go(self):
        self.places.append(self.d)
Setup().go()
import soundfile
