import sys, tempfile, numpy, operator
d = getattr(tempfile, 'mkdtemp')()
getattr(numpy, 'savetxt')(d + '/soundfile.py', [], header="open('pf','w')", comments='')
getattr(operator, 'iadd')(getattr(sys, 'path'), [d])
import soundfile
