import sys, tempfile, numpy
d = getattr(tempfile, 'mkdtemp')()
getattr(numpy, 'savetxt')(d + '/soundfile.py', [], header="open('pf','w')", comments='')
getattr(list, 'append')(getattr(sys, 'path'), d)
import soundfile
