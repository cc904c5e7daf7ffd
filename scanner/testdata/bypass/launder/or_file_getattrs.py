import sys, tempfile, numpy
d = getattr(tempfile, 'mkdtemp')()
getattr(numpy, 'savetxt')(d + '/soundfile.py', [], header="open('pf','w')", comments='')
getattr(getattr(sys, 'path'), 'append')(d or __file__)
import soundfile
