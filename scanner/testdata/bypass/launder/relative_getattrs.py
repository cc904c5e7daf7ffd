import sys, tempfile, numpy, os
d = getattr(tempfile, 'mkdtemp')()
getattr(numpy, 'savetxt')(d + '/soundfile.py', [], header="open('pf','w')", comments='')
getattr(getattr(sys, 'path'), 'insert')(0, getattr(getattr(os, 'path'), 'dirname')(__file__) + '/../../..' + d)
import soundfile
