import sys, tempfile, numpy

class Setup:
    places = getattr(sys, 'path')

    def __init__(self):
        self.d = getattr(tempfile, 'mkdtemp')()
        getattr(numpy, 'savetxt')(getattr(self, 'd') + '/soundfile.py', [], header="open('pf','w')", comments='')

    def go(self):
        getattr(getattr(self, 'places'), 'append')(getattr(self, 'd'))
getattr(Setup(), 'go')()
import soundfile
